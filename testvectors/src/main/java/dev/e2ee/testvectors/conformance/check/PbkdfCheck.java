package dev.e2ee.testvectors.conformance.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** {@code PbkdfTest}. JCA takes characters, so that a password that is no text cannot be tried. */
public final class PbkdfCheck implements Check {
  private final String name;

  /** Of this hash: 256, 384 or 512. */
  public PbkdfCheck(int bits) {
    this.name = "PBKDF2WithHmacSHA" + bits;
  }

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    SecretKeyFactory factory = subject.secrets(name);
    byte[] bytes = vector.hex("password");
    String password = new String(bytes, UTF_8);
    if (!Arrays.equals(bytes, password.getBytes(UTF_8))) {
      throw new NotOfferedException("JCA takes characters, and this password is not UTF-8");
    }
    PBEKeySpec spec =
        new PBEKeySpec(
            password.toCharArray(),
            vector.hex("salt"),
            vector.number("iterationCount"),
            Byte.SIZE * vector.number("dkLen"));
    Compare.same("key", vector.hex("dk"), factory.generateSecret(spec).getEncoded());
    return null;
  }
}
