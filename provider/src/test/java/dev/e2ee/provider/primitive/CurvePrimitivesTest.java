package dev.e2ee.provider.primitive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testing.BadKeys;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;

/** ECDH, X25519, ECDSA, Ed25519 and their key factories of ours, against the JDK's. */
class CurvePrimitivesTest {
  private static final List<String> SIGNATURES =
      List.of("SHA256withECDSA", "SHA256withECDSAinP1363Format", "Ed25519");

  private static KeyPair pair(String curve) throws GeneralSecurityException {
    boolean named = curve.startsWith("secp");
    KeyPairGenerator generator = KeyPairGenerator.getInstance(named ? "EC" : curve, "SunEC");
    if (named) {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    return generator.generateKeyPair();
  }

  private static KeyPair pairFor(String signature) throws GeneralSecurityException {
    return pair(signature.equals("Ed25519") ? signature : "secp256r1");
  }

  @EveryEngine
  void agreesAsTheJdkDoes(TestEngine engine) throws Exception {
    for (String[] names :
        new String[][] {{"ECDH", "ECDH", "secp256r1"}, {"X25519", "XDH", "X25519"}}) {
      KeyAgreement ours = KeyAgreement.getInstance(names[0], engine.provider());
      Refused.with(IllegalStateException.class, () -> ours.generateSecret());
      for (int i = 0; i < 10; i++) {
        KeyPair one = pair(names[2]);
        KeyPair two = pair(names[2]);
        KeyAgreement theirs = KeyAgreement.getInstance(names[1], "SunEC");
        theirs.init(two.getPrivate());
        theirs.doPhase(one.getPublic(), true);
        byte[] secret = theirs.generateSecret();
        ours.init(one.getPrivate());
        Refused.with(IllegalStateException.class, () -> ours.doPhase(two.getPublic(), false));
        ours.doPhase(two.getPublic(), true);
        byte[] out = new byte[40];
        Refused.with(ShortBufferException.class, () -> ours.generateSecret(out, 9));
        assertEquals(32, ours.generateSecret(out, 8));
        assertArrayEquals(secret, Arrays.copyOfRange(out, 8, 40));
        ours.init(one.getPrivate());
        ours.doPhase(two.getPublic(), true);
        SecretKey named = ours.generateSecret("TlsPremasterSecret");
        assertArrayEquals(secret, named.getEncoded());
        assertEquals("TlsPremasterSecret", named.getAlgorithm());
        ours.init(one.getPrivate());
        ours.doPhase(two.getPublic(), true);
        for (String name : new String[] {"AES", "", "E2EE-UMK"}) {
          Refused.with(NoSuchAlgorithmException.class, () -> ours.generateSecret(name));
        }
        assertArrayEquals(secret, ours.generateSecret("Generic").getEncoded(), "still there");
      }
      KeyPair own = pair(names[2]);
      ours.init(own.getPrivate());
      for (PublicKey wrong :
          Arrays.asList(
              null,
              pair("secp384r1").getPublic(),
              pair("Ed25519").getPublic(),
              pair(names[2].equals("X25519") ? "X448" : "X25519").getPublic())) {
        Refused.with(InvalidKeyException.class, () -> ours.doPhase(wrong, true));
      }
      for (PrivateKey wrong :
          Arrays.asList(null, pair("secp384r1").getPrivate(), pair("Ed25519").getPrivate())) {
        Refused.with(InvalidKeyException.class, () -> ours.init(wrong));
        Refused.with(IllegalStateException.class, () -> ours.doPhase(own.getPublic(), true));
      }
      Refused.with(InvalidKeyException.class, () -> ours.init(Sample.umk()));
      Refused.with(
          InvalidAlgorithmParameterException.class,
          () -> ours.init(own.getPrivate(), NamedParameterSpec.X25519));
    }
  }

  @EveryEngine
  void signsAndVerifiesAsTheJdkDoes(TestEngine engine) throws Exception {
    for (String name : SIGNATURES) {
      Signature ours = Signature.getInstance(name, engine.provider());
      for (int i = 0; i < 10; i++) {
        KeyPair pair = pairFor(name);
        byte[] message = Sample.plaintext(10 + 700 * i);
        Signature theirs = Signature.getInstance(name, "SunEC");
        ours.initSign(pair.getPrivate());
        for (int again = 0; again < 2; again++) {
          ours.update(message, 0, 3);
          ours.update(message[3]);
          ours.update(message, 4, message.length - 4);
          byte[] signature = ours.sign();
          theirs.initVerify(pair.getPublic());
          theirs.update(message);
          assertTrue(theirs.verify(signature), name);
        }
        theirs.initSign(pair.getPrivate());
        theirs.update(message);
        byte[] signature = theirs.sign();
        ours.initVerify(pair.getPublic());
        for (int again = 0; again < 2; again++) {
          ours.update(message, 0, 5);
          ours.update(message, 5, message.length - 5);
          assertTrue(ours.verify(signature), name);
          ours.update(message, 1, message.length - 1);
          assertFalse(ours.verify(signature), name);
        }
        refusesEveryOther(ours, message, signature);
      }
    }
  }

  private static void refusesEveryOther(Signature verifying, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    for (int length = 0; length < signature.length; length++) {
      assertFalse(verifies(verifying, message, Arrays.copyOf(signature, length)));
    }
    assertFalse(verifies(verifying, message, Arrays.copyOf(signature, signature.length + 1)));
    for (int bit = 0; bit < 8 * signature.length; bit += 13) {
      byte[] bad = signature.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(verifies(verifying, message, bad));
    }
  }

  private static boolean verifies(Signature verifying, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    verifying.update(message);
    try {
      return verifying.verify(signature);
    } catch (SignatureException e) {
      return false;
    }
  }

  @EveryEngine
  void otherKeysDoNotSign(TestEngine engine) throws Exception {
    for (String name : SIGNATURES) {
      Signature signature = Signature.getInstance(name, engine.provider());
      for (String curve :
          List.of("secp384r1", "X25519", name.equals("Ed25519") ? "Ed448" : "Ed25519")) {
        KeyPair wrong = pair(curve);
        Refused.with(InvalidKeyException.class, () -> signature.initSign(wrong.getPrivate()));
        Refused.with(InvalidKeyException.class, () -> signature.initVerify(wrong.getPublic()));
      }
      Refused.with(InvalidKeyException.class, () -> signature.initSign(null));
      Refused.with(
          InvalidKeyException.class,
          () -> signature.initVerify((PublicKey) BadKeys.all().get("RSA public key")));
      Refused.with(SignatureException.class, signature::sign);
      signature.initSign(pairFor(name).getPrivate());
      signature.setParameter(null);
      Refused.with(
          InvalidAlgorithmParameterException.class,
          () -> signature.setParameter(NamedParameterSpec.ED25519));
      Refused.with(InvalidParameterException.class, () -> parameter(signature));
    }
  }

  @SuppressWarnings("deprecation") // it is there, and refuses
  private static void parameter(Signature signature) {
    signature.getParameter("any");
  }

  @EveryEngine
  void keyFactoriesReadWhatTheJdkWrites(TestEngine engine) throws Exception {
    for (String[] names :
        new String[][] {{"EC", "secp256r1"}, {"X25519", "X25519"}, {"Ed25519", "Ed25519"}}) {
      KeyFactory ours = KeyFactory.getInstance(names[0], engine.provider());
      KeyPair pair = pair(names[1]);
      byte[] x509 = pair.getPublic().getEncoded();
      PublicKey read = ours.generatePublic(new X509EncodedKeySpec(x509));
      assertArrayEquals(x509, read.getEncoded());
      assertArrayEquals(x509, ours.translateKey(pair.getPublic()).getEncoded());
      assertArrayEquals(x509, ours.getKeySpec(read, X509EncodedKeySpec.class).getEncoded());
      PrivateKey own =
          ours.generatePrivate(new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded()));
      KeyFactory theirs = KeyFactory.getInstance(names[0], "SunEC");
      assertArrayEquals(pair.getPrivate().getEncoded(), theirs.translateKey(own).getEncoded());
      assertArrayEquals(
          pair.getPrivate().getEncoded(),
          theirs.translateKey(ours.translateKey(pair.getPrivate())).getEncoded());
      refusesEveryCut(ours, x509, pair.getPrivate().getEncoded());
      Refused.with(InvalidKeySpecException.class, () -> ours.generatePublic(null));
      Refused.with(InvalidKeySpecException.class, () -> ours.generatePrivate(null));
      KeyPair other = pair("secp384r1");
      Refused.with(
          InvalidKeySpecException.class,
          () -> ours.generatePublic(new X509EncodedKeySpec(other.getPublic().getEncoded())));
      Refused.with(
          InvalidKeySpecException.class,
          () -> ours.generatePrivate(new PKCS8EncodedKeySpec(other.getPrivate().getEncoded())));
      Refused.with(InvalidKeyException.class, () -> ours.translateKey(other.getPrivate()));
      Refused.with(InvalidKeyException.class, () -> ours.translateKey(Sample.umk()));
    }
  }

  private static void refusesEveryCut(KeyFactory ours, byte[] x509, byte[] pkcs8) {
    for (int length = 0; length <= x509.length + 1; length++) {
      byte[] bad = Arrays.copyOf(x509, length);
      if (length != x509.length) {
        Refused.with(
            InvalidKeySpecException.class, () -> ours.generatePublic(new X509EncodedKeySpec(bad)));
      }
    }
    for (int length = 0; length <= pkcs8.length + 1; length++) {
      byte[] bad = Arrays.copyOf(pkcs8, length);
      if (length != pkcs8.length) {
        Refused.with(
            InvalidKeySpecException.class,
            () -> ours.generatePrivate(new PKCS8EncodedKeySpec(bad)));
      }
    }
  }

  /** With the curve named again and the public key behind it, as OpenSSL writes; and altered. */
  @EveryEngine
  void privateKeysInTheirLongForm(TestEngine engine) throws Exception {
    KeyFactory ours = KeyFactory.getInstance("EC", engine.provider());
    KeyPair pair = pair("secp256r1");
    byte[] point = Arrays.copyOfRange(pair.getPublic().getEncoded(), 26, 91);
    byte[] shortForm = pair.getPrivate().getEncoded();
    HexFormat hex = HexFormat.of();
    String scalar = hex.formatHex(shortForm, shortForm.length - 32, shortForm.length);
    String head = "020100301306072a8648ce3d020106082a8648ce3d030107";
    String named = "a00a06082a8648ce3d030107";
    String withKey = "a144034200" + hex.formatHex(point);
    byte[] other = point.clone();
    other[64] ^= 1;
    for (String[] form :
        new String[][] {
          {"yes", "020101" + "0420" + scalar + withKey},
          {"yes", "020101" + "0420" + scalar + named + withKey},
          {"yes", "020101" + "0420" + scalar + named},
          {"no", "020102" + "0420" + scalar},
          {"no", "020101" + "0421" + "00" + scalar},
          {"no", "020101" + "041f" + scalar.substring(2)},
          {"no", "020101" + "0420" + "00".repeat(32)},
          {"no", "020101" + "0420" + "ff".repeat(32)},
          {"no", "020101" + "0420" + scalar + "a00706052b81040022"},
          {"no", "020101" + "0420" + scalar + "a000"},
          {"no", "020101" + "0420" + scalar + withKey + named},
          {"no", "020101" + "0420" + scalar + "a144034200" + hex.formatHex(other)},
          {"no", "020101" + "0420" + scalar + "a144034201" + hex.formatHex(point)},
          {"no", "020101" + "0420" + scalar + "a1420440" + hex.formatHex(point).substring(2)},
          {"no", "020101" + "0420" + scalar + "a100"},
          {"no", "020101" + "0420" + scalar + "0500"},
        }) {
      String inner = der("30", form[1]);
      byte[] encoded = hex.parseHex(der("30", head + der("04", inner)));
      if (form[0].equals("yes")) {
        PrivateKey key = ours.generatePrivate(new PKCS8EncodedKeySpec(encoded));
        Signature signature = Signature.getInstance("SHA256withECDSA", engine.provider());
        signature.initSign(key);
        byte[] made = signature.sign();
        signature.initVerify(pair.getPublic());
        assertTrue(signature.verify(made));
      } else {
        Refused.with(
            InvalidKeySpecException.class,
            () -> ours.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
      }
    }
  }

  private static String der(String tag, String contentHex) {
    int length = contentHex.length() / 2;
    return tag + (length > 127 ? "81" : "") + String.format("%02x", length) + contentHex;
  }

  @EveryEngine
  void pointsOffTheirCurveAndOfLowOrderAreRefused(TestEngine engine) throws Exception {
    ECPublicKey valid = (ECPublicKey) pair("secp256r1").getPublic();
    ECPoint w = valid.getW();
    KeyFactory ec = KeyFactory.getInstance("EC", engine.provider());
    assertEquals(
        valid.getW(),
        ((ECPublicKey) ec.generatePublic(new ECPublicKeySpec(w, valid.getParams()))).getW());
    ECPoint off = new ECPoint(w.getAffineX(), w.getAffineY().add(BigInteger.ONE));
    ECPublicKeySpec offCurve = new ECPublicKeySpec(off, valid.getParams());
    Refused.with(InvalidKeySpecException.class, () -> ec.generatePublic(offCurve));
    KeyFactory xdh = KeyFactory.getInstance("X25519", engine.provider());
    for (long u : new long[] {0, 1}) {
      XECPublicKeySpec low = new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.valueOf(u));
      Refused.with(InvalidKeySpecException.class, () -> xdh.generatePublic(low));
    }
    KeyAgreement agreement = KeyAgreement.getInstance("X25519", engine.provider());
    agreement.init(pair("X25519").getPrivate());
    PublicKey low =
        KeyFactory.getInstance("X25519", "SunEC")
            .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.ONE));
    Refused.with(InvalidKeyException.class, () -> agreement.doPhase(low, true));
    byte[] identity = HexFormat.of().parseHex("302a300506032b6570032100" + "01" + "00".repeat(31));
    PublicKey lenient =
        KeyFactory.getInstance("Ed25519", "SunEC").generatePublic(new X509EncodedKeySpec(identity));
    Signature signature = Signature.getInstance("Ed25519", engine.provider());
    signature.initVerify(lenient);
    signature.update(new byte[3]);
    Refused.with(SignatureException.class, () -> signature.verify(new byte[64]));
    Refused.with(
        InvalidKeySpecException.class,
        () ->
            KeyFactory.getInstance("Ed25519", engine.provider())
                .generatePublic(new X509EncodedKeySpec(identity)));
  }
}
