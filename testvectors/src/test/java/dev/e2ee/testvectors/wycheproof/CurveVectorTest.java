package dev.e2ee.testvectors.wycheproof;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.EcdsaForm;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.testvectors.wycheproof.Vectors.Vector;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Project Wycheproof's vectors of the curves, through the primitives themselves. What Wycheproof
 * calls acceptable is refused where it is not the one encoding of a key. [device-3] [device-4]
 * [device-5]
 */
class CurveVectorTest {
  private static final Engine ENGINE = Engine.jdk();

  private static Stream<DynamicTest> tests(String file, Check check) throws Exception {
    return Vectors.of(file).stream()
        .map(v -> DynamicTest.dynamicTest(v.toString(), () -> check.of(v)));
  }

  private interface Check {
    void of(Vector vector) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> ecdhWithPoints() throws Exception {
    return tests("ecdh_secp256r1_ecpoint_test.json", v -> agrees(v, Curve.P256, v.hex("public")));
  }

  /** The DER form of the key is the one with the curve's name; all others are refused. */
  @TestFactory
  Stream<DynamicTest> ecdhWithDer() throws Exception {
    return tests(
        "ecdh_secp256r1_test.json",
        v -> {
          if (v.isValid()) {
            agrees(v, Curve.P256, Curve.P256.fromX509(v.hex("public")));
          } else {
            assertThrows(InvalidKeyException.class, () -> Curve.P256.fromX509(v.hex("public")));
          }
        });
  }

  private static void agrees(Vector v, Curve curve, byte[] peer) throws InvalidKeyException {
    byte[] scalar = fixed(v.hex("private"));
    try (SecretBytes key = SecretBytes.adopt(scalar)) {
      if (v.isValid()) {
        try (SecretBytes shared = Agreement.agree(ENGINE, curve, key, peer)) {
          assertArrayEquals(v.hex("shared"), shared.copy());
        }
      } else {
        assertThrows(InvalidKeyException.class, () -> Agreement.agree(ENGINE, curve, key, peer));
      }
    }
  }

  /** Wycheproof writes private keys as numbers of any length. */
  private static byte[] fixed(byte[] number) {
    byte[] signed = new BigInteger(1, number).toByteArray();
    byte[] out = new byte[32];
    int length = Math.min(32, signed.length);
    System.arraycopy(signed, signed.length - length, out, 32 - length, length);
    return out;
  }

  /** Acceptable are: points on the twist, which we take; and two kinds that we refuse. */
  @TestFactory
  Stream<DynamicTest> x25519() throws Exception {
    return tests(
        "x25519_test.json",
        v -> {
          boolean refused = v.hasFlag("NonCanonicalPublic") || v.hasFlag("LowOrderPublic");
          byte[] peer = v.hex("public");
          try (SecretBytes key = SecretBytes.adopt(v.hex("private"))) {
            if (refused) {
              assertThrows(
                  InvalidKeyException.class,
                  () -> Agreement.agree(ENGINE, Curve.X25519, key, peer));
            } else {
              try (SecretBytes shared = Agreement.agree(ENGINE, Curve.X25519, key, peer)) {
                assertArrayEquals(v.hex("shared"), shared.copy());
              }
            }
          }
        });
  }

  /** Public keys only; one test has a private key that is not PKCS#8. */
  @TestFactory
  Stream<DynamicTest> x25519InDer() throws Exception {
    return tests(
        "x25519_asn_test.json",
        v -> {
          if (v.isValid()) {
            byte[] raw = Curve.X25519.fromX509(v.hex("public"));
            assertArrayEquals(v.hex("public"), Curve.X25519.toX509(raw));
          } else if (v.result().equals("invalid") && !v.hasFlag("MissingOctetString")) {
            assertThrows(InvalidKeyException.class, () -> Curve.X25519.fromX509(v.hex("public")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> ed25519() throws Exception {
    return tests(
        "ed25519_test.json",
        v -> {
          byte[] key =
              HexFormat.of().parseHex(v.group().required("publicKey").required("pk").textValue());
          assertEquals(
              v.isValid(),
              Signatures.verify(ENGINE, Curve.ED25519, key, v.hex("msg"), v.hex("sig")));
        });
  }

  @TestFactory
  Stream<DynamicTest> ecdsaInP1363() throws Exception {
    return tests(
        "ecdsa_secp256r1_sha256_p1363_test.json",
        v -> assertEquals(v.isValid(), verifies(v, v.hex("sig"))));
  }

  @TestFactory
  Stream<DynamicTest> ecdsaInDer() throws Exception {
    return tests(
        "ecdsa_secp256r1_sha256_test.json",
        v -> {
          boolean accepted;
          try {
            accepted = verifies(v, EcdsaForm.toP1363(v.hex("sig")));
          } catch (SignatureException e) {
            accepted = false;
          }
          assertEquals(v.isValid(), accepted);
        });
  }

  private static boolean verifies(Vector v, byte[] signature) throws GeneralSecurityException {
    String point = v.group().required("publicKey").required("uncompressed").textValue();
    byte[] key = HexFormat.of().parseHex(point);
    return Signatures.verify(ENGINE, Curve.P256, key, v.hex("msg"), signature);
  }

  /** Each point of low order in its one encoding, and each encoding that is not the one. */
  @TestFactory
  Stream<DynamicTest> ed25519KeysThatAreRefused() {
    List<String> refused =
        List.of(
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0200000000000000000000000000000000000000000000000000000000000000");
    return refused.stream()
        .map(
            hex ->
                DynamicTest.dynamicTest(
                    hex,
                    () ->
                        assertThrows(
                            InvalidKeyException.class,
                            () -> Curve.ED25519.check(HexFormat.of().parseHex(hex)))));
  }

  @TestFactory
  Stream<DynamicTest> publicKeysOfOtherLengths() {
    return Stream.of(Curve.values())
        .flatMap(
            curve ->
                Stream.of(0, 1, curve.publicKeyLength() - 1, curve.publicKeyLength() + 1, 64)
                    .map(
                        length ->
                            DynamicTest.dynamicTest(
                                curve + " " + length,
                                () -> {
                                  byte[] key = new byte[length];
                                  Arrays.fill(key, (byte) 4);
                                  assertThrows(InvalidKeyException.class, () -> curve.check(key));
                                })));
  }
}
