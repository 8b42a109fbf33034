package dev.e2ee.spi.internal.curve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The plain arithmetic against the engine's; Wycheproof has the signatures that it is there for.
 */
@Tag("once")
class P256VerificationTest {
  private static final Engine ENGINE = Engine.jdk();

  private static boolean verifies(byte[] key, byte[] message, byte[] signature) {
    return P256Verification.verifies(
        key,
        ENGINE.sha256(message),
        new BigInteger(1, signature, 0, 32),
        new BigInteger(1, signature, 32, 32));
  }

  private static SecretBytes scalar(BigInteger number) {
    return SecretBytes.adopt(CurveKeyPair.fixed(number));
  }

  private static void agreesWithTheEngine(SecretBytes key, byte[] publicKey) {
    byte[] message = ENGINE.random(20);
    byte[] signature = Signatures.sign(ENGINE, Curve.P256, key, message);
    assertTrue(verifies(publicKey, message, signature));
    for (int at = 0; at < signature.length; at += 9) {
      byte[] bad = signature.clone();
      bad[at] ^= 1;
      assertFalse(verifies(publicKey, message, bad));
    }
    assertFalse(verifies(publicKey, ENGINE.random(20), signature));
  }

  @Test
  void takesWhatTheEngineSigns() throws Exception {
    for (int i = 0; i < 30; i++) {
      try (CurveKeyPair pair = CurveKeyPair.generate(ENGINE, Curve.P256)) {
        agreesWithTheEngine(pair.privateKey(), pair.publicKey());
        CurveKeyPair again =
            CurveKeyPair.ofPrivate(ENGINE, Curve.P256, SecretBytes.adopt(pair.privateKey().copy()));
        assertArrayEquals(pair.publicKey(), again.publicKey());
      }
    }
  }

  /** The key is the base point, its double, or the opposite of one: sums meet their own terms. */
  @Test
  void pointsThatMeet() throws Exception {
    BigInteger one = BigInteger.ONE;
    for (BigInteger number :
        new BigInteger[] {
          one,
          one.shiftLeft(1),
          P256Point.ORDER.subtract(one),
          P256Point.ORDER.subtract(one.shiftLeft(1))
        }) {
      try (CurveKeyPair pair = CurveKeyPair.ofPrivate(ENGINE, Curve.P256, scalar(number))) {
        for (int i = 0; i < 5; i++) {
          agreesWithTheEngine(pair.privateKey(), pair.publicKey());
        }
      }
    }
    try (CurveKeyPair pair = CurveKeyPair.ofPrivate(ENGINE, Curve.P256, scalar(one))) {
      assertArrayEquals(P256Point.generator(), pair.publicKey());
      byte[] all = new byte[64];
      Arrays.fill(all, 31, 32, (byte) 1);
      Arrays.fill(all, 63, 64, (byte) 1);
      assertEquals(false, verifies(pair.publicKey(), new byte[1], all));
    }
  }
}
