package dev.e2ee.testvectors.wycheproof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.key.HkdfKeySpec;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.wycheproof.Vectors.Vector;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Project Wycheproof's vectors through our services under their standard names, over the JDK's
 * engine: what is valid gives its result, what is invalid is refused. Of what Wycheproof calls
 * acceptable, points on the twist of Curve25519 are taken; keys in another than their one encoding
 * are refused, and keys that AES-KW was not made for.
 */
class PrimitiveVectorTest {
  private static final Provider E2EE = new E2eeProvider();
  private static final int[] HASHES = {256, 384, 512};

  private interface Check {
    void of(Vector vector) throws Exception;
  }

  private static Stream<DynamicTest> tests(String file, Check check) throws Exception {
    return Vectors.of(file).stream()
        .map(v -> DynamicTest.dynamicTest(v.toString(), () -> check.of(v)));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  @TestFactory
  Stream<DynamicTest> aesGcm() throws Exception {
    Set<String> encrypted = new HashSet<>();
    return tests(
        "aes_gcm_test.json",
        v -> {
          byte[] iv = v.hex("iv");
          Key key = new SecretKeySpec(v.hex("key"), "AES");
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", E2EE);
          GCMParameterSpec spec = new GCMParameterSpec(128, iv);
          if (iv.length != 12) {
            for (int mode : new int[] {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE}) {
              assertThrowsExactly(
                  InvalidAlgorithmParameterException.class, () -> cipher.init(mode, key, spec));
            }
            return;
          }
          byte[] box = concat(v.hex("ct"), v.hex("tag"));
          cipher.init(Cipher.DECRYPT_MODE, key, spec);
          cipher.updateAAD(v.hex("aad"));
          if (!v.isValid()) {
            assertThrowsExactly(AEADBadTagException.class, () -> cipher.doFinal(box));
            return;
          }
          assertArrayEquals(v.hex("msg"), cipher.doFinal(box));
          cipher.init(Cipher.ENCRYPT_MODE, key, spec);
          cipher.updateAAD(v.hex("aad"));
          if (encrypted.add(v.json().required("key") + " " + v.json().required("iv"))) {
            assertArrayEquals(box, cipher.doFinal(v.hex("msg")));
          } else {
            assertThrows(IllegalStateException.class, () -> cipher.doFinal(v.hex("msg")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> aesKw() throws Exception {
    return tests("aes_wrap_test.json", v -> keyWrap("AES/KW/NoPadding", v));
  }

  @TestFactory
  Stream<DynamicTest> aesKwp() throws Exception {
    return tests("aes_kwp_test.json", v -> keyWrap("AES/KWP/NoPadding", v));
  }

  private static void keyWrap(String name, Vector v) throws GeneralSecurityException {
    Key kek = new SecretKeySpec(v.hex("key"), "AES");
    byte[] message = v.hex("msg");
    Cipher unwrapping = Cipher.getInstance(name, E2EE);
    unwrapping.init(Cipher.UNWRAP_MODE, kek);
    Cipher wrapping = Cipher.getInstance(name, E2EE);
    wrapping.init(Cipher.WRAP_MODE, kek);
    if (v.isValid()) {
      Key unwrapped = unwrapping.unwrap(v.hex("ct"), "AES", Cipher.SECRET_KEY);
      assertArrayEquals(message, unwrapped.getEncoded());
      assertEquals("AES", unwrapped.getAlgorithm());
      assertArrayEquals(v.hex("ct"), wrapping.wrap(new SecretKeySpec(message, "AES")));
    } else {
      assertThrowsExactly(
          InvalidKeyException.class,
          () -> unwrapping.unwrap(v.hex("ct"), "AES", Cipher.SECRET_KEY));
      if (v.hasFlag("ShortKey") && message.length > 0) {
        assertThrowsExactly(
            IllegalBlockSizeException.class,
            () -> wrapping.wrap(new SecretKeySpec(message, "AES")));
      }
    }
  }

  private interface HashCheck {
    void of(int bits, Vector vector) throws Exception;
  }

  /** The three files of one algorithm. */
  private static Stream<DynamicTest> forEachHash(String file, HashCheck check) throws Exception {
    List<DynamicTest> all = new ArrayList<>();
    for (int bits : HASHES) {
      tests(file + bits + "_test.json", v -> check.of(bits, v)).forEach(all::add);
    }
    return all.stream();
  }

  @TestFactory
  Stream<DynamicTest> hmac() throws Exception {
    return forEachHash(
        "hmac_sha",
        (bits, v) -> {
          Mac mac = Mac.getInstance("HmacSHA" + bits, E2EE);
          mac.init(new SecretKeySpec(v.hex("key"), "any"));
          byte[] tag = v.hex("tag");
          byte[] made = Arrays.copyOf(mac.doFinal(v.hex("msg")), tag.length);
          assertEquals(v.isValid(), Arrays.equals(tag, made));
        });
  }

  @TestFactory
  Stream<DynamicTest> hkdf() throws Exception {
    return forEachHash(
        "hkdf_sha",
        (bits, v) -> {
          SecretKeyFactory hkdf = SecretKeyFactory.getInstance("HKDF-SHA" + bits, E2EE);
          int size = v.json().required("size").intValue();
          HkdfKeySpec spec = new HkdfKeySpec(v.hex("ikm"), v.hex("salt"), v.hex("info"), size);
          if (v.isValid()) {
            assertArrayEquals(v.hex("okm"), hkdf.generateSecret(spec).getEncoded());
          } else {
            assertThrowsExactly(InvalidKeySpecException.class, () -> hkdf.generateSecret(spec));
          }
        });
  }

  /** A password that is no text, bytes that are not UTF-8, cannot be given to JCA. */
  @TestFactory
  Stream<DynamicTest> pbkdf2() throws Exception {
    return forEachHash(
        "pbkdf2_hmacsha",
        (bits, v) -> {
          String password = new String(v.hex("password"), UTF_8);
          if (!Arrays.equals(password.getBytes(UTF_8), v.hex("password"))) {
            assertFalse(v.hasFlag("Printable"));
            return;
          }
          PBEKeySpec spec =
              new PBEKeySpec(
                  password.toCharArray(),
                  v.hex("salt"),
                  v.json().required("iterationCount").intValue(),
                  8 * v.json().required("dkLen").intValue());
          assertArrayEquals(
              v.hex("dk"),
              SecretKeyFactory.getInstance("PBKDF2WithHmacSHA" + bits, E2EE)
                  .generateSecret(spec)
                  .getEncoded());
        });
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

  /** PEM is read by the test: what its reader refuses, no key comes of. */
  @TestFactory
  Stream<DynamicTest> ecdhInPem() throws Exception {
    return tests(
        "ecdh_secp256r1_pem_test.json",
        v -> {
          Key own =
              KeyFactory.getInstance("EC", E2EE)
                  .generatePrivate(new PKCS8EncodedKeySpec(pem(v, "private", "PRIVATE KEY")));
          agrees(v, "ECDH", "EC", own, pem(v, "public", "PUBLIC KEY"), v.isValid());
        });
  }

  /** The coordinates of a JWK, as the JDK's specification of a point. */
  @TestFactory
  Stream<DynamicTest> ecdhWithCoordinates() throws Exception {
    return tests(
        "ecdh_secp256r1_webcrypto_test.json",
        v -> {
          var jwk = v.json().required("public");
          if (!jwk.required("crv").textValue().equals("P-256")) {
            assertEquals("invalid", v.result());
            return;
          }
          ECPublicKeySpec spec =
              new ECPublicKeySpec(
                  new ECPoint(number(jwk.required("x")), number(jwk.required("y"))),
                  Keys.parameters());
          KeyFactory keys = KeyFactory.getInstance("EC", E2EE);
          if (!v.isValid()) {
            assertThrowsExactly(InvalidKeySpecException.class, () -> keys.generatePublic(spec));
            return;
          }
          KeyAgreement agreement = KeyAgreement.getInstance("ECDH", E2EE);
          agreement.init(
              Keys.p256(number(v.json().required("private").required("d")).toByteArray()));
          agreement.doPhase(keys.generatePublic(spec), true);
          assertArrayEquals(v.hex("shared"), agreement.generateSecret());
        });
  }

  private static BigInteger number(JsonNode base64Url) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(base64Url.textValue()));
  }

  @TestFactory
  Stream<DynamicTest> x25519InDer() throws Exception {
    return tests("x25519_asn_test.json", v -> x25519(v, v.hex("private"), v.hex("public")));
  }

  @TestFactory
  Stream<DynamicTest> x25519InPem() throws Exception {
    return tests(
        "x25519_pem_test.json",
        v -> x25519(v, pem(v, "private", "PRIVATE KEY"), pem(v, "public", "PUBLIC KEY")));
  }

  private static byte[] pem(Vector v, String member, String kind) {
    String text = v.json().required(member).textValue();
    String body = text.replaceFirst("(?s)^.*-----BEGIN " + kind + "-----", "");
    return Base64.getMimeDecoder().decode(body.replaceFirst("(?s)-----END.*$", ""));
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

  @TestFactory
  Stream<DynamicTest> ed25519() throws Exception {
    return tests(
        "ed25519_test.json",
        v -> verifies(v, "Ed25519", v.group().required("publicKeyDer").textValue(), "Ed25519"));
  }

  @TestFactory
  Stream<DynamicTest> ecdsaInDer() throws Exception {
    return tests(
        "ecdsa_secp256r1_sha256_test.json",
        v -> verifies(v, "EC", v.group().required("publicKeyDer").textValue(), "SHA256withECDSA"));
  }

  @TestFactory
  Stream<DynamicTest> ecdsaInP1363() throws Exception {
    return tests(
        "ecdsa_secp256r1_sha256_p1363_test.json",
        v ->
            verifies(
                v,
                "EC",
                v.group().required("publicKeyDer").textValue(),
                "SHA256withECDSAinP1363Format"));
  }

  private static void verifies(Vector v, String keys, String key, String algorithm)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm, E2EE);
    signature.initVerify(
        KeyFactory.getInstance(keys, E2EE)
            .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(key))));
    boolean accepted;
    try {
      signature.update(v.hex("msg"));
      accepted = signature.verify(v.hex("sig"));
    } catch (SignatureException e) {
      accepted = false;
    }
    assertEquals(v.isValid(), accepted);
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
