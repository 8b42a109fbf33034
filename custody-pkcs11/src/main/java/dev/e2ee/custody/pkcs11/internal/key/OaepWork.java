package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.custody.pkcs11.internal.rsa.OaepWrap;
import dev.e2ee.custody.pkcs11.internal.rsa.RsaPublic;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.Residency;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/**
 * A random key for each wrap, which RSA-OAEP hides and a second pair signs: wrapAlg 4, for tokens
 * without AES-GCM and HMAC. Whoever cannot use the token can make no wrap, though the public half
 * is open to all; and the token decrypts only what it has signed.
 */
final class OaepWork implements KeyWork, UmkWork {
  private static final byte[] EXPONENT = {1, 0, 1};
  private static final int CHECK = 16;
  private static final int KEK = 32;

  /** DigestInfo of SHA-256 up to the hash, RFC 8017, section 9.2, note 1. */
  private static final byte[] DIGEST_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  private final Engine engine;
  private final int bits;

  OaepWork(Engine engine, int bits) {
    this.engine = engine;
    this.bits = bits;
  }

  /**
   * What software needs of a key.
   *
   * @param signer the handle of the private half that signs
   */
  private record Pairs(RsaPublic hides, RsaPublic signs, long signer) {}

  @Override
  public int wrapAlg() {
    return OaepWrap.WRAP_ALG;
  }

  @Override
  public int wrappedLength() {
    return OaepWrap.length(bits);
  }

  @Override
  public Set<Long> mechanisms() {
    return Set.of(
        Mechanism.Plain.RSA_KEY_PAIR_GEN.code(),
        Mechanism.RsaOaep.CODE,
        Mechanism.Plain.RSA_PKCS.code());
  }

  /** The pair that signs comes last, so that nothing is left that no PENDING key leads to. */
  @Override
  public long make(CryptokiSession session, KeyId id, String label, boolean stays)
      throws CryptokiException {
    // [token-20]
    long made = pair(session, id, label, stays, Attribute.DECRYPT);
    KeyId signer = KeyPart.SIGNER.idOf(engine, id);
    pair(session, signer, KeyPart.SIGNER.labelOf(id), stays, Attribute.SIGN);
    return made;
  }

  private long pair(
      CryptokiSession session, KeyId id, String label, boolean stays, Attribute purpose)
      throws CryptokiException {
    Template publicKey =
        KeyWork.open(RSA, id, label, stays)
            .with(Attribute.MODULUS_BITS, bits)
            .with(Attribute.PUBLIC_EXPONENT, EXPONENT);
    Template privateKey = KeyWork.locked(Template.PRIVATE_KEY, RSA, id, label, stays);
    return session
        .generatePair(Mechanism.Plain.RSA_KEY_PAIR_GEN, publicKey, privateKey.with(purpose, true))
        .privateKey();
  }

  @Override
  public List<Long> parts(CryptokiSession session, KeyId id) throws CryptokiException {
    return KeyPart.SIGNER.all(session, engine, id);
  }

  @Override
  public TokenKey complete(CryptokiSession session, TokenKey key) throws CryptokiException {
    return KeyPart.SIGNER.in(session, engine, key, key.label().use());
  }

  /** The first 16 bytes of SHA-256 of identity and the hashes of both moduli. [token-21] */
  @Override
  public byte[] check(CryptokiSession session, TokenKey key) throws CryptokiException {
    KeyId id = key.id();
    return check(
        key.identity(),
        TokenReader.made(candidates(session, key.handle(), id), id),
        TokenReader.made(
            candidates(session, signer(session, key), KeyPart.SIGNER.idOf(engine, id)), id));
  }

  private byte[] check(byte[] identity, RsaPublic hides, RsaPublic signs) {
    byte[] all = Arrays.copyOf(identity, identity.length + 64);
    System.arraycopy(engine.sha256(hides.modulus()), 0, all, identity.length, 32);
    System.arraycopy(engine.sha256(signs.modulus()), 0, all, identity.length + 32, 32);
    return Arrays.copyOf(engine.sha256(all), CHECK);
  }

  @Override
  public boolean answers(CryptokiSession session, TokenKey key) throws CryptokiException {
    Optional<Pairs> pairs = pairsOf(session, key);
    return pairs.isPresent() && works(session, key.handle(), pairs.get());
  }

  /** Both private halves belong to the public ones. */
  private boolean works(CryptokiSession session, long key, Pairs pairs) throws CryptokiException {
    byte[] probe = OaepWrap.probe(engine.random(KEK));
    if (!pairs.signs().verify(engine, probe, sign(session, pairs.signer(), probe))) {
      return false;
    }
    try (SecretBytes hidden = SecretBytes.adopt(engine.random(KEK));
        SecretBytes shown = decrypt(session, key, pairs.hides().wrap(engine, hidden))) {
      return shown.sameBytes(hidden);
    } catch (AEADBadTagException e) {
      return false;
    }
  }

  @Override
  public void test(CryptokiSession session, TokenKey key) throws CryptokiException {
    if (complete(session, key).residency() == Residency.MEMORY) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the token made a signing key that could leave it; look at the token's policy");
    }
    if (!works(session, key.handle(), checkedPairs(session, key))) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the token was tried and its RSA keys do not decrypt and sign as their public halves say;"
              + " it is not used this way");
    }
    UmkWork.selfTest(this, engine, session, key);
  }

  @Override
  public byte[] wrap(CryptokiSession session, TokenKey key, SecretBytes dek, byte[] aad)
      throws CryptokiException {
    Pairs pairs = checkedPairs(session, key);
    byte[] plain = dek.copy();
    try (SecretBytes kek = SecretBytes.adopt(engine.random(KEK))) {
      byte[] block = pairs.hides().wrap(engine, kek);
      byte[] box = Box.seal(engine, kek, plain, aad);
      byte[] message = OaepWrap.signed(engine, key.id(), key.label().generation(), aad, block, box);
      byte[] signature = sign(session, pairs.signer(), message);
      if (!pairs.signs().verify(engine, message, signature)) {
        throw new CustodyException(
            Kind.TRANSIENT,
            "the token's signature does not verify; nothing was wrapped. Try again");
      }
      return new OaepWrap(block, box, signature).bytes();
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** The signature first: the token is not asked to decrypt what it has not signed. [token-22] */
  @Override
  public SecretBytes unwrap(CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException, AEADBadTagException {
    Pairs pairs = checkedPairs(session, key);
    OaepWrap parts = OaepWrap.of(bits, wrap);
    byte[] message =
        OaepWrap.signed(
            engine, key.id(), key.label().generation(), aad, parts.block(), parts.box());
    if (!pairs.signs().verify(engine, message, parts.signature())) {
      throw new AEADBadTagException("the signature does not fit");
    }
    return twiceIfRefused(session, key, () -> opened(session, key, parts, aad));
  }

  private SecretBytes opened(CryptokiSession session, TokenKey key, OaepWrap parts, byte[] aad)
      throws CryptokiException, AEADBadTagException {
    try (SecretBytes kek = decrypt(session, key.handle(), parts.block())) {
      return SecretBytes.adopt(Box.open(engine, kek, parts.box(), aad));
    }
  }

  private static SecretBytes decrypt(CryptokiSession session, long key, byte[] block)
      throws CryptokiException, AEADBadTagException {
    try {
      byte[] kek = session.decrypt(new Mechanism.RsaOaep(), key, block);
      if (kek.length == KEK) {
        return SecretBytes.adopt(kek);
      }
      Arrays.fill(kek, (byte) 0);
    } catch (CryptokiException e) {
      if (!e.refusesData()) {
        throw e;
      }
    }
    throw new AEADBadTagException("the block holds no key of 32 bytes");
  }

  /** The same signature by one of two mechanisms: tokens that do not hash get the hash. */
  private byte[] sign(CryptokiSession session, long signer, byte[] message)
      throws CryptokiException {
    try {
      return session.sign(Mechanism.Plain.SHA256_RSA_PKCS, signer, message);
    } catch (CryptokiException e) {
      if (!e.is(Ckr.MECHANISM_INVALID)) {
        throw e;
      }
    }
    byte[] info = Arrays.copyOf(DIGEST_INFO, DIGEST_INFO.length + 32);
    System.arraycopy(engine.sha256(message), 0, info, DIGEST_INFO.length, 32);
    return session.sign(Mechanism.Plain.RSA_PKCS, signer, info);
  }

  private long signer(CryptokiSession session, TokenKey key) throws CryptokiException {
    return complete(session, key).part().orElseThrow();
  }

  private Pairs checkedPairs(CryptokiSession session, TokenKey key) throws CryptokiException {
    return pairsOf(session, key).orElseThrow(() -> TokenReader.exchanged(key.id()));
  }

  /** The pairs that the check was made over. [token-21] */
  private Optional<Pairs> pairsOf(CryptokiSession session, TokenKey key) throws CryptokiException {
    KeyId id = key.id();
    byte[] check = key.checkBytes();
    byte[] identity = key.identity();
    long signer = signer(session, key);
    List<RsaPublic> signing = candidates(session, signer, KeyPart.SIGNER.idOf(engine, id));
    for (RsaPublic hides : candidates(session, key.handle(), id)) {
      for (RsaPublic signs : signing) {
        if (MessageDigest.isEqual(check, check(identity, hides, signs))) {
          return Optional.of(new Pairs(hides, signs, signer));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What may be the public half of a private key: what the token shows of that one, or else every
   * public key with its id. Whoever has no PIN can put some there, and delete the right one.
   */
  private List<RsaPublic> candidates(CryptokiSession session, long privateKey, KeyId id)
      throws CryptokiException {
    Optional<RsaPublic> own = publicKey(session, privateKey);
    if (own.isPresent()) {
      return List.of(own.get());
    }
    List<RsaPublic> found = new ArrayList<>();
    for (long half : TokenReader.requirePublicHalves(session, id)) {
      publicKey(session, half).ifPresent(found::add);
    }
    return found;
  }

  /** As an object shows it, private or public; empty when it shows no key of this length. */
  private Optional<RsaPublic> publicKey(CryptokiSession session, long object)
      throws CryptokiException {
    Template shown = session.read(object, Attribute.MODULUS, Attribute.PUBLIC_EXPONENT);
    Optional<byte[]> modulus = shown.bytes(Attribute.MODULUS);
    Optional<byte[]> exponent = shown.bytes(Attribute.PUBLIC_EXPONENT);
    if (modulus.isEmpty() || exponent.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(RsaPublic.of(bits, modulus.get(), exponent.get()));
    } catch (InvalidKeyException e) {
      return Optional.empty();
    }
  }
}
