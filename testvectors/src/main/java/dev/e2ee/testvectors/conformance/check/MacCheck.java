package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** {@code MacTest}: computes the tag, of which a test may have only the beginning. */
public final class MacCheck implements Check {
  private final String name;
  private final int length;

  /** Of this hash: 256, 384 or 512. */
  public MacCheck(int bits) {
    this.name = "HmacSHA" + bits;
    this.length = bits / Byte.SIZE;
  }

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    Mac mac = subject.mac(name);
    mac.init(new SecretKeySpec(vector.hex("key"), name));
    byte[] expected = vector.hex("tag");
    byte[] whole = mac.doFinal(vector.hex("msg"));
    Compare.same("length of the tag", length, whole.length);
    Compare.same("getMacLength", length, mac.getMacLength());
    byte[] made = Arrays.copyOf(whole, expected.length);
    if (!vector.isValid() && !Arrays.equals(expected, made)) {
      throw new RejectedException("another tag");
    }
    Compare.same("tag", expected, made);
    return null;
  }
}
