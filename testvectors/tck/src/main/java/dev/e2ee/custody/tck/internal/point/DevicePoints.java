package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.internal.ground.Broken;
import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.NotOffered;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.Signing;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KeyAgreement;

/** The P-256 keys of a device, against the JDK's own arithmetic. */
final class DevicePoints {
  private static final int COORDINATE = 32;
  private static final int POINT = 1 + 2 * COORDINATE;

  private DevicePoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Device keys");
    return List.of(
        topic.point(
            "ecdh",
            "An agreement key agrees with the JDK, and on no invalid point",
            DevicePoints::ecdh),
        topic.point(
            "signing",
            "What a signing key signs the JDK verifies, and nothing else",
            DevicePoints::signs));
  }

  private static CustodyKey key(
      Ground ground, KeyCustody custody, KeyKind kind, Capability capability) {
    String name = ground.name("device-" + kind);
    if (!Ground.can(custody, capability)) {
      Check.refused(Kind.UNSUPPORTED, "what is not claimed", () -> custody.generate(name, kind));
      throw new NotOffered("the store does not claim " + capability + ", and refuses such keys");
    }
    CustodyKey key = custody.generate(name, kind);
    Check.that(key instanceof PrivateKey, "a device key is a java.security.PrivateKey");
    Check.that(key.operation(DekWrap.class).isEmpty(), "a device key wraps DEKs: one key, one use");
    return key;
  }

  private static String ecdh(Ground ground) throws GeneralSecurityException {
    KeyCustody custody = ground.unlocked();
    CustodyKey key = key(ground, custody, KeyKind.AGREEMENT_P256, Capability.ECDH_P256);
    EcdhAgreement mine = operation(key, EcdhAgreement.class);
    Check.that(key.operation(Signing.class).isEmpty(), "an agreement key signs: one key, one use");
    PublicKey point = publicKey(mine.publicPoint());
    int rounds = 20;
    for (int i = 0; i < rounds; i++) {
      KeyPair peer = pair();
      byte[] theirs = point(peer);
      KeyAgreement jdk = KeyAgreement.getInstance("ECDH");
      jdk.init(peer.getPrivate());
      jdk.doPhase(point, true);
      try (SecretBytes agreed = mine.agree(theirs)) {
        Check.that(
            MessageDigest.isEqual(jdk.generateSecret(), agreed.copy()),
            "the JDK agrees on another secret");
      }
    }
    byte[] off = mine.publicPoint();
    off[POINT - 1] ^= 1;
    refusesPoint(mine, off, "a point that is not on the curve");
    refusesPoint(mine, new byte[POINT], "a point of zeros");
    refusesPoint(mine, Arrays.copyOf(mine.publicPoint(), POINT - 1), "64 bytes");
    refusesPoint(mine, new byte[0], "no bytes");
    CustodyKey again = ground.unlocked().find(key.id());
    Check.that(
        Arrays.equals(mine.publicPoint(), operation(again, EcdhAgreement.class).publicPoint()),
        "another opening gives another public key");
    return rounds + " agreements";
  }

  private static void refusesPoint(EcdhAgreement mine, byte[] point, String what) {
    Check.refused(Kind.INTEGRITY, "agreeing on " + what, () -> mine.agree(point).close());
  }

  private static String signs(Ground ground) throws GeneralSecurityException {
    KeyCustody custody = ground.unlocked();
    CustodyKey key = key(ground, custody, KeyKind.SIGNING_P256, Capability.SIGN_P256);
    Signing mine = operation(key, Signing.class);
    Check.that(
        key.operation(EcdhAgreement.class).isEmpty(), "a signing key agrees: one key, one use");
    PublicKey point = publicKey(mine.publicPoint());
    int rounds = 0;
    for (int length : new int[] {0, 1, 31, 32, 33, 1000, 65536}) {
      byte[] message = Check.aad(length);
      byte[] signature = mine.sign(message);
      Check.equal(2 * COORDINATE, signature.length, "the length of a signature");
      Check.that(verifies(point, message, signature), "the JDK does not verify a signature");
      Check.that(
          !verifies(point, Arrays.copyOf(message, length + 1), signature),
          "the JDK verifies the signature of another message");
      rounds++;
    }
    CustodyKey again = ground.unlocked().find(key.id());
    byte[] message = {1};
    Check.that(
        verifies(point, message, operation(again, Signing.class).sign(message)),
        "another opening signs with another key");
    return rounds + " messages";
  }

  private static <T> T operation(CustodyKey key, Class<T> type) {
    return key.operation(type)
        .orElseThrow(() -> new Broken(key + " offers no " + type.getSimpleName()));
  }

  private static boolean verifies(PublicKey key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    Signature jdk = Signature.getInstance("SHA256withECDSAinP1363Format");
    jdk.initVerify(key);
    jdk.update(message);
    return jdk.verify(signature);
  }

  private static KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static PublicKey publicKey(byte[] point) throws GeneralSecurityException {
    Check.equal(POINT, point.length, "the length of a public point");
    Check.equal(4, (int) point[0], "the first byte of an uncompressed point");
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint affine =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + COORDINATE)),
            new BigInteger(1, Arrays.copyOfRange(point, 1 + COORDINATE, POINT)));
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(affine, curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static byte[] point(KeyPair pair) {
    ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
    byte[] bytes = new byte[POINT];
    bytes[0] = 4;
    put(point.getAffineX(), bytes, 1);
    put(point.getAffineY(), bytes, 1 + COORDINATE);
    return bytes;
  }

  private static void put(BigInteger coordinate, byte[] bytes, int at) {
    byte[] big = coordinate.toByteArray(); // with a sign byte, or without leading zeros
    int length = Math.min(big.length, COORDINATE);
    System.arraycopy(big, big.length - length, bytes, at + COORDINATE - length, length);
  }
}
