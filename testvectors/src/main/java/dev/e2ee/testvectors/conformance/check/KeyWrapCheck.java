package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** {@code KeywrapTest}: unwraps; what is valid is wrapped again. */
public final class KeyWrapCheck implements Check {
  private final String[] names;

  private KeyWrapCheck(String... names) {
    this.names = names;
  }

  /** RFC 3394. */
  public static KeyWrapCheck kw() {
    return new KeyWrapCheck("AES/KW/NoPadding", "AESKW", "AESWrap");
  }

  /** RFC 5649. */
  public static KeyWrapCheck kwp() {
    return new KeyWrapCheck("AES/KWP/NoPadding", "AESKWP");
  }

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    byte[] message = vector.hex("msg");
    Cipher unwrapping = begun(subject, vector, Cipher.UNWRAP_MODE);
    Key key = unwrapping.unwrap(vector.hex("ct"), "AES", Cipher.SECRET_KEY);
    Compare.same("key", message, key.getEncoded());
    if (vector.isValid()) {
      Cipher wrapping = begun(subject, vector, Cipher.WRAP_MODE);
      byte[] wrapped = wrapping.wrap(new SecretKeySpec(message, "AES"));
      Compare.same("wrapped key", vector.hex("ct"), wrapped);
    }
    return null;
  }

  private Cipher begun(Subject subject, TestVector vector, int mode)
      throws GeneralSecurityException, NotOfferedException {
    Cipher cipher = subject.cipher(names);
    cipher.init(mode, new SecretKeySpec(vector.hex("key"), "AES"));
    return cipher;
  }
}
