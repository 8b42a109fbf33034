package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.key.KeyId;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** P-256 key pairs whose private half stays in the token, for one of two uses. */
public final class EcWork implements KeyWork {
  /** The object identifier of P-256 in DER, RFC 5480, section 2.1.1.1. */
  private static final byte[] P256 = HexFormat.of().parseHex("06082a8648ce3d030107");

  private static final int POINT = 65;
  private static final int CHECK = 16;

  private final Engine engine;
  private final boolean signs;

  EcWork(Engine engine, boolean signs) {
    this.engine = engine;
    this.signs = signs;
  }

  @Override
  public Set<Long> mechanisms() {
    return Set.of(
        Mechanism.Plain.EC_KEY_PAIR_GEN.code(),
        signs ? Mechanism.Plain.ECDSA.code() : Mechanism.Ecdh.CODE);
  }

  @Override
  public long make(CryptokiSession session, KeyId id, String label, boolean stays)
      throws CryptokiException {
    Template publicKey = KeyWork.open(EC, id, label, stays).with(Attribute.EC_PARAMS, P256);
    Template privateKey = KeyWork.locked(Template.PRIVATE_KEY, EC, id, label, stays);
    return session
        .generatePair(
            Mechanism.Plain.EC_KEY_PAIR_GEN,
            publicKey,
            privateKey.with(signs ? Attribute.SIGN : Attribute.DERIVE, true))
        .privateKey();
  }

  /** The first 16 bytes of SHA-256 of identity and public point. [token-7] */
  @Override
  public byte[] check(CryptokiSession session, TokenKey key) throws CryptokiException {
    return check(key.identity(), madePoint(session, key.id()));
  }

  private byte[] check(byte[] identity, byte[] point) {
    byte[] all = Arrays.copyOf(identity, identity.length + point.length);
    System.arraycopy(point, 0, all, identity.length, point.length);
    return Arrays.copyOf(engine.sha256(all), CHECK);
  }

  /** The point is the one that was written down, and the private key belongs to it. */
  @Override
  public boolean answers(CryptokiSession session, TokenKey key) throws CryptokiException {
    Optional<byte[]> point = pointOf(session, key);
    return point.isPresent() && works(session, key.handle(), point.get());
  }

  @Override
  public void test(CryptokiSession session, TokenKey key) throws CryptokiException {
    if (!works(session, key.handle(), publicPoint(session, key))) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the token was tried and its P-256 key does not "
              + (signs ? "sign" : "agree")
              + " as its public half says; it is not used this way");
    }
  }

  private boolean works(CryptokiSession session, long key, byte[] point) throws CryptokiException {
    try {
      if (signs) {
        byte[] probe = engine.random(32);
        return Signatures.verify(engine, Curve.P256, point, probe, sign(session, key, probe));
      }
      try (CurveKeyPair peer = CurveKeyPair.generate(engine, Curve.P256);
          SecretBytes here = Agreement.agree(engine, Curve.P256, peer.privateKey(), point);
          SecretBytes there = agree(session, key, peer.publicKey())) {
        return here.sameBytes(there);
      }
    } catch (InvalidKeyException e) {
      return false;
    }
  }

  /**
   * The public half of a key: 65 bytes, the point that its check was made over.
   *
   * @throws CustodyException CORRUPT when it is another one
   */
  public byte[] publicPoint(CryptokiSession session, TokenKey key) throws CryptokiException {
    return pointOf(session, key).orElseThrow(() -> TokenReader.exchanged(key.id()));
  }

  /**
   * The point that the check was made over. Anybody can put other public keys with the same id
   * beside it. [token-7]
   */
  private Optional<byte[]> pointOf(CryptokiSession session, TokenKey key) throws CryptokiException {
    byte[] check = key.checkBytes();
    byte[] identity = key.identity();
    for (long half : TokenReader.requirePublicHalves(session, key.id())) {
      Optional<byte[]> point = point(session, half);
      if (point.isPresent() && MessageDigest.isEqual(check, check(identity, point.get()))) {
        return point;
      }
    }
    return Optional.empty();
  }

  /** The point of a pair that was just made: the only one with its id. */
  private static byte[] madePoint(CryptokiSession session, KeyId id) throws CryptokiException {
    return point(session, TokenReader.made(TokenReader.publicHalves(session, id), id))
        .orElseThrow(() -> TokenReader.exchanged(id));
  }

  private static Optional<byte[]> point(CryptokiSession session, long half)
      throws CryptokiException {
    return session
        .read(half, Attribute.EC_POINT)
        .bytes(Attribute.EC_POINT)
        .flatMap(EcWork::bare)
        .filter(EcWork::isOnTheCurve);
  }

  private static boolean isOnTheCurve(byte[] point) {
    try {
      Curve.P256.check(point);
      return true;
    } catch (InvalidKeyException e) {
      return false;
    }
  }

  /** Out of its OCTET STRING, where the token gives one. */
  private static Optional<byte[]> bare(byte[] given) {
    if (given.length == POINT) {
      return Optional.of(given);
    }
    return given.length == POINT + 2 && given[0] == 0x04 && given[1] == POINT
        ? Optional.of(Arrays.copyOfRange(given, 2, given.length))
        : Optional.empty();
  }

  /** ECDSA with SHA-256: r || s, 64 bytes. The hash is computed here. */
  public byte[] sign(CryptokiSession session, long key, byte[] message) throws CryptokiException {
    byte[] signature = session.sign(Mechanism.Plain.ECDSA, key, engine.sha256(message));
    if (signature.length != Signatures.LENGTH) {
      throw new CustodyException(
          Kind.UNSUPPORTED, "the token's ECDSA gives " + signature.length + " bytes, not 64");
    }
    return signature;
  }

  /**
   * ECDH: the X coordinate, 32 bytes.
   *
   * @param peer a point that was checked
   */
  public SecretBytes agree(CryptokiSession session, long key, byte[] peer)
      throws CryptokiException {
    long derived =
        session.derive(
            new Mechanism.Ecdh(peer),
            key,
            SessionSecret.template().with(Attribute.VALUE_LEN, SessionSecret.LENGTH));
    return SecretBytes.adopt(
        SessionSecret.last(session, derived, () -> SessionSecret.value(session, derived)));
  }
}
