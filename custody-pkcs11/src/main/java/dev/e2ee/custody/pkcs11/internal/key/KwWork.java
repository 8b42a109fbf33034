package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.TokenKw;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.Residency;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/**
 * AES-KW of the DEK in the token, and HMAC-SHA-256 of that and its context by a second key: wrapAlg
 * 3, for owners whose rules demand it. The token unwraps only what it has wrapped.
 */
final class KwWork implements KeyWork, UmkWork {
  private static final int CHECK = 16;

  private final Engine engine;

  KwWork(Engine engine) {
    this.engine = engine;
  }

  @Override
  public int wrapAlg() {
    return TokenKw.WRAP_ALG;
  }

  @Override
  public int wrappedLength() {
    return TokenKw.WRAPPED;
  }

  /** AES-KW draws nothing. */
  @Override
  public boolean isRandomized() {
    return false;
  }

  @Override
  public Set<Long> mechanisms() {
    return Set.of(
        Mechanism.Plain.AES_KEY_GEN.code(),
        Mechanism.Plain.AES_KEY_WRAP.code(),
        Mechanism.Plain.GENERIC_SECRET_KEY_GEN.code(),
        Mechanism.Plain.SHA256_HMAC.code());
  }

  /** The MAC key comes last, so that nothing is left that no PENDING key leads to. */
  @Override
  public long make(CryptokiSession session, KeyId id, String label, boolean stays)
      throws CryptokiException {
    // [token-24]
    long made =
        session.generate(
            Mechanism.Plain.AES_KEY_GEN,
            KeyWork.lockedSecret(AES, id, label, stays)
                .with(Attribute.WRAP, true)
                .with(Attribute.UNWRAP, true));
    KeyWork.makeMacKey(
        session, KeyPart.MAC_KEY.idOf(engine, id), KeyPart.MAC_KEY.labelOf(id), stays);
    return made;
  }

  @Override
  public List<Long> parts(CryptokiSession session, KeyId id) throws CryptokiException {
    return KeyPart.MAC_KEY.all(session, engine, id);
  }

  @Override
  public TokenKey complete(CryptokiSession session, TokenKey key) throws CryptokiException {
    return KeyPart.MAC_KEY.in(session, engine, key, KeyUse.HMAC);
  }

  /** The first 16 bytes of the MAC of identity and 32 zero bytes wrapped: of both keys. */
  @Override
  public byte[] check(CryptokiSession session, TokenKey key) throws CryptokiException {
    // [token-25]
    byte[] identity = key.identity();
    byte[] all = Arrays.copyOf(identity, identity.length + TokenKw.WRAPPED_DEK);
    try (SecretBytes zeros = SecretBytes.adopt(new byte[DEK])) {
      System.arraycopy(
          wrapDek(session, key.handle(), zeros), 0, all, identity.length, TokenKw.WRAPPED_DEK);
    }
    return Arrays.copyOf(KeyWork.mac(session, key.part().orElseThrow(), all), CHECK);
  }

  @Override
  public boolean answers(CryptokiSession session, TokenKey key) throws CryptokiException {
    return MessageDigest.isEqual(key.checkBytes(), check(session, key));
  }

  @Override
  public void test(CryptokiSession session, TokenKey key) throws CryptokiException {
    if (complete(session, key).residency() == Residency.MEMORY) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the token made a MAC key that could leave it; look at the token's policy");
    }
    requireOwnCheck(session, key.handle());
    UmkWork.selfTest(this, engine, session, key);
  }

  /** AES-KW by itself refuses what was changed: it is no encryption without a check. */
  private void requireOwnCheck(CryptokiSession session, long key) throws CryptokiException {
    byte[] changed;
    try (SecretBytes dek = SecretBytes.adopt(engine.random(DEK))) {
      changed = wrapDek(session, key, dek);
    }
    changed[0] ^= 1;
    long made;
    try {
      made =
          session.unwrapKey(Mechanism.Plain.AES_KEY_WRAP, key, changed, SessionSecret.template());
    } catch (CryptokiException e) {
      if (Ckr.damage(e.code()) == Ckr.Damage.CONNECTION) {
        throw e;
      }
      return;
    }
    SessionSecret.last(session, made, () -> new byte[0]);
    throw new CustodyException(
        Kind.UNSUPPORTED,
        "the token was tried and its AES-KW opens what was changed; it is not used this way");
  }

  @Override
  public byte[] wrap(CryptokiSession session, TokenKey key, SecretBytes dek, byte[] aad)
      throws CryptokiException {
    try (SecretBytes zeros = SecretBytes.adopt(new byte[DEK])) {
      if (dek.sameBytes(zeros)) { // nobody could tell it from what a sick token gives
        throw new CustodyException(
            Kind.POLICY, "a DEK of nothing but zeros is not wrapped; draw a random one");
      }
    }
    return TokenKw.wrap(
        engine, inToken(session, key), key.id(), key.label().generation(), dek, aad);
  }

  /** What goes wrong after the tag was found to fit is the token's fault. [token-26] */
  @Override
  public SecretBytes unwrap(CryptokiSession session, TokenKey read, byte[] wrap, byte[] aad)
      throws CryptokiException, AEADBadTagException {
    TokenKey key = complete(session, read); // what is asked for its check is what did not fit
    TokenKw.Keys<CryptokiException> umk = inToken(session, key);
    int generation = key.label().generation();
    return twiceIfRefused(
        session, key, () -> TokenKw.unwrap(engine, umk, key.id(), generation, wrap, aad));
  }

  private TokenKw.Keys<CryptokiException> inToken(CryptokiSession session, TokenKey key)
      throws CryptokiException {
    long macKey = complete(session, key).part().orElseThrow();
    return new TokenKw.Keys<>() {
      @Override
      public byte[] wrap(SecretBytes dek) throws CryptokiException {
        return wrapDek(session, key.handle(), dek);
      }

      @Override
      public SecretBytes unwrap(byte[] wrappedDek) throws CryptokiException {
        return unwrapDek(session, key.handle(), wrappedDek);
      }

      @Override
      public byte[] mac(byte[] message) throws CryptokiException {
        return KeyWork.mac(session, macKey, message);
      }
    };
  }

  /** The object is looked at first: what its handle means is wrapped, and a tag would bless it. */
  private static byte[] wrapDek(CryptokiSession session, long key, SecretBytes dek)
      throws CryptokiException {
    byte[] plain = dek.copy();
    Template object = SessionSecret.template().with(Attribute.VALUE, plain);
    try {
      long made = session.create(object);
      byte[] wrapped =
          SessionSecret.last(
              session,
              made,
              () -> {
                requireSame(dek, SessionSecret.value(session, made));
                return session.wrapKey(Mechanism.Plain.AES_KEY_WRAP, key, made);
              });
      if (wrapped.length != TokenKw.WRAPPED_DEK) {
        throw new CustodyException(
            Kind.UNSUPPORTED, "the token's AES-KW gives " + wrapped.length + " bytes, not 40");
      }
      UmkWork.requireWritten(wrapped, "AES-KW");
      return wrapped;
    } finally {
      Arrays.fill(plain, (byte) 0);
      object.wipe(Attribute.VALUE);
    }
  }

  private static void requireSame(SecretBytes dek, byte[] found) {
    try (SecretBytes there = SecretBytes.adopt(found)) {
      if (!there.sameBytes(dek)) {
        throw UmkWork.sick("C_CreateObject made another object than it was told to");
      }
    }
  }

  private static SecretBytes unwrapDek(CryptokiSession session, long key, byte[] wrapped)
      throws CryptokiException {
    long made =
        session.unwrapKey(Mechanism.Plain.AES_KEY_WRAP, key, wrapped, SessionSecret.template());
    byte[] dek = SessionSecret.last(session, made, () -> SessionSecret.value(session, made));
    UmkWork.requireWritten(dek, "AES-KW");
    return SecretBytes.adopt(dek);
  }
}
