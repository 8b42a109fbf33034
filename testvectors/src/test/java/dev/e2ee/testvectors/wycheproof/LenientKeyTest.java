package dev.e2ee.testvectors.wycheproof;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.wycheproof.Vectors.Vector;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Wycheproof's peers for agreements, also as the JDK's own lenient factory reads them: what our
 * factory refuses the agreement refuses too, wherever the key comes from. That each test of
 * Wycheproof ends as it must is the conformance runner's to show.
 */
class LenientKeyTest {
  private static final Provider E2EE = new E2eeProvider();

  private interface Check {
    void of(Vector vector) throws Exception;
  }

  private static Stream<DynamicTest> tests(String file, Check check) throws Exception {
    return Vectors.of(file).stream()
        .map(v -> DynamicTest.dynamicTest(v.toString(), () -> check.of(v)));
  }

  @TestFactory
  Stream<DynamicTest> ecdhInDer() throws Exception {
    return tests(
        "ecdh_secp256r1_test.json",
        v -> {
          byte[] scalar = new BigInteger(1, v.hex("private")).toByteArray();
          agrees(v, "ECDH", "EC", Keys.p256(scalar), v.hex("public"), v.isValid());
        });
  }

  @TestFactory
  Stream<DynamicTest> x25519InDer() throws Exception {
    return tests("x25519_asn_test.json", v -> x25519(v, v.hex("private"), v.hex("public")));
  }

  private static void x25519(Vector v, byte[] own, byte[] peer) throws Exception {
    boolean taken =
        !v.result().equals("invalid")
            && !v.hasFlag("NonCanonicalPublic")
            && !v.hasFlag("LowOrderPublic");
    KeyFactory keys = KeyFactory.getInstance("X25519", E2EE);
    if (v.hasFlag("MissingOctetString")) {
      assertThrowsExactly(
          InvalidKeySpecException.class, () -> keys.generatePrivate(new PKCS8EncodedKeySpec(own)));
      return;
    }
    agrees(v, "X25519", "X25519", keys.generatePrivate(new PKCS8EncodedKeySpec(own)), peer, taken);
  }

  /** Also with the peer's key as the JDK's own factory reads it: the agreement refuses it too. */
  private static void agrees(
      Vector v, String agreement, String keys, Key own, byte[] peer, boolean taken)
      throws GeneralSecurityException {
    KeyAgreement ours = KeyAgreement.getInstance(agreement, E2EE);
    ours.init(own);
    KeyFactory strict = KeyFactory.getInstance(keys, E2EE);
    X509EncodedKeySpec spec = new X509EncodedKeySpec(peer);
    if (taken) {
      ours.doPhase(strict.generatePublic(spec), true);
      assertArrayEquals(v.hex("shared"), ours.generateSecret());
    } else {
      assertThrowsExactly(InvalidKeySpecException.class, () -> strict.generatePublic(spec));
      assertFalse(v.isValid());
    }
    PublicKey lenient;
    try {
      lenient = KeyFactory.getInstance(keys, "SunEC").generatePublic(spec);
    } catch (InvalidKeySpecException | RuntimeException refusedByTheJdk) {
      return;
    }
    ours.init(own);
    if (taken) {
      ours.doPhase(lenient, true);
      assertArrayEquals(v.hex("shared"), ours.generateSecret());
    } else if (!Arrays.equals(lenient.getEncoded(), peer)) {
      // The JDK has made another encoding of it: the key may be the right one.
      assertFalse(v.isValid());
    } else {
      assertThrows(InvalidKeyException.class, () -> ours.doPhase(lenient, true));
    }
  }

  /** Keys of the JDK's own classes. */
  private static final class Keys {
    private Keys() {}

    static ECParameterSpec parameters() throws GeneralSecurityException {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", "SunEC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    }

    static Key p256(byte[] scalar) throws GeneralSecurityException {
      return KeyFactory.getInstance("EC", "SunEC")
          .generatePrivate(new ECPrivateKeySpec(new BigInteger(1, scalar), parameters()));
    }
  }
}
