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
import java.nio.charset.StandardCharsets;
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
  private static final byte[] MAC_KEY = "e2ee-token-mac-v1\0".getBytes(StandardCharsets.US_ASCII);

  /** The object in which a DEK is while the token wraps or unwraps it. */
  private static final Template DEK_OBJECT =
      Template.ofClass(Template.SECRET_KEY)
          .with(Attribute.KEY_TYPE, GENERIC_SECRET)
          .with(Attribute.TOKEN, false)
          .with(Attribute.PRIVATE, true)
          .with(Attribute.SENSITIVE, false)
          .with(Attribute.EXTRACTABLE, true);

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
    KeyWork.makeMacKey(session, macId(id), macLabel(id), stays);
    return made;
  }

  private KeyId macId(KeyId id) {
    byte[] named = Arrays.copyOf(MAC_KEY, MAC_KEY.length + KeyId.LENGTH);
    System.arraycopy(id.toBytes(), 0, named, MAC_KEY.length, KeyId.LENGTH);
    return KeyId.of(Arrays.copyOf(engine.sha256(named), KeyId.LENGTH));
  }

  private static String macLabel(KeyId id) {
    return "e2ee-mac:1:" + id;
  }

  @Override
  public List<Long> parts(CryptokiSession session, KeyId id) throws CryptokiException {
    return session.find(
        Template.empty()
            .with(Attribute.ID, macId(id).toBytes())
            .with(Attribute.LABEL, macLabel(id)));
  }

  private long macKey(CryptokiSession session, KeyId id) throws CryptokiException {
    List<Long> found =
        session.find(
            Template.ofClass(Template.SECRET_KEY)
                .with(Attribute.PRIVATE, true)
                .with(Attribute.ID, macId(id).toBytes())
                .with(Attribute.LABEL, macLabel(id)));
    if (found.size() != 1) {
      throw new CustodyException(
          found.isEmpty() ? Kind.CORRUPT : Kind.AMBIGUOUS,
          "the token has " + found.size() + " MAC keys for the key with the id " + id);
    }
    return found.get(0);
  }

  @Override
  public TokenKey complete(CryptokiSession session, TokenKey key) throws CryptokiException {
    return key.part().isPresent() ? key : key.with(macKey(session, key.id()));
  }

  /** The first 16 bytes of the MAC of identity and 32 zero bytes wrapped: of both keys. */
  @Override
  public byte[] check(CryptokiSession session, long key, KeyId id, byte[] identity)
      throws CryptokiException {
    // [token-25]
    byte[] all = Arrays.copyOf(identity, identity.length + TokenKw.WRAPPED_DEK);
    try (SecretBytes zeros = SecretBytes.adopt(new byte[DEK])) {
      System.arraycopy(wrapDek(session, key, zeros), 0, all, identity.length, TokenKw.WRAPPED_DEK);
    }
    return Arrays.copyOf(KeyWork.mac(session, macKey(session, id), all), CHECK);
  }

  @Override
  public boolean answers(CryptokiSession session, long key, KeyId id, byte[] identity, byte[] check)
      throws CryptokiException {
    return MessageDigest.isEqual(check, check(session, key, id, identity));
  }

  @Override
  public void test(CryptokiSession session, TokenKey key) throws CryptokiException {
    if (!TokenReader.stays(session, macKey(session, key.id()))) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the token made a MAC key that could leave it; look at the token's policy");
    }
    requireOwnCheck(session, key.handle());
    UmkWork.selfTest(this, engine, session, key);
  }

  /** AES-KW by itself refuses what was changed: it is no encryption without a check. */
  private void requireOwnCheck(CryptokiSession session, long key) throws CryptokiException {
    try (SecretBytes dek = SecretBytes.adopt(engine.random(DEK))) {
      byte[] changed = wrapDek(session, key, dek);
      changed[0] ^= 1;
      unwrapDek(session, key, changed).close();
    } catch (CryptokiException e) {
      if (Ckr.damage(e.code()) == Ckr.Damage.CONNECTION) {
        throw e;
      }
      return;
    }
    throw new CustodyException(
        Kind.UNSUPPORTED,
        "the token was tried and its AES-KW opens what was changed; it is not used this way");
  }

  @Override
  public byte[] wrap(CryptokiSession session, TokenKey key, SecretBytes dek, byte[] aad)
      throws CryptokiException {
    return TokenKw.wrap(
        engine, inToken(session, key), key.id(), key.label().generation(), dek, aad);
  }

  /** What goes wrong after the tag was found to fit is the token's fault. [token-26] */
  @Override
  public SecretBytes unwrap(CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException, AEADBadTagException {
    try {
      return unwrapOnce(session, key, wrap, aad);
    } catch (AEADBadTagException e) {
      // [token-10] A wrong MAC, of a sick token or of another key, would look like that too.
      requireAnswer(session, key);
      return unwrapOnce(session, key, wrap, aad);
    }
  }

  private SecretBytes unwrapOnce(CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException, AEADBadTagException {
    return TokenKw.unwrap(
        engine, inToken(session, key), key.id(), key.label().generation(), wrap, aad);
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

  private static byte[] wrapDek(CryptokiSession session, long key, SecretBytes dek)
      throws CryptokiException {
    byte[] plain = dek.copy();
    Template object = DEK_OBJECT.with(Attribute.VALUE, plain);
    try {
      long made = session.create(object);
      byte[] wrapped =
          last(session, made, () -> session.wrapKey(Mechanism.Plain.AES_KEY_WRAP, key, made));
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

  private static SecretBytes unwrapDek(CryptokiSession session, long key, byte[] wrapped)
      throws CryptokiException {
    long made = session.unwrapKey(Mechanism.Plain.AES_KEY_WRAP, key, wrapped, DEK_OBJECT);
    byte[] dek =
        last(
            session,
            made,
            () -> session.read(made, Attribute.VALUE).bytes(Attribute.VALUE).orElse(new byte[0]));
    if (dek.length != DEK) {
      Arrays.fill(dek, (byte) 0);
      throw UmkWork.sick("AES-KW gave " + dek.length + " bytes of 32");
    }
    return SecretBytes.adopt(dek);
  }

  private interface Step {
    byte[] take() throws CryptokiException;
  }

  /** The last that is done with the object of a DEK: it ends, however that goes. [token-27] */
  private static byte[] last(CryptokiSession session, long object, Step step)
      throws CryptokiException {
    byte[] result;
    try {
      result = step.take();
    } catch (CryptokiException e) {
      destroy(session, object);
      throw e;
    }
    try {
      destroy(session, object);
    } catch (CryptokiException e) {
      Arrays.fill(result, (byte) 0);
      throw e;
    }
    return result;
  }

  /** With an object that cannot be deleted the session ends. */
  private static void destroy(CryptokiSession session, long object) throws CryptokiException {
    try {
      session.destroy(object);
    } catch (CryptokiException e) {
      throw Ckr.damage(e.code()) == Ckr.Damage.CONNECTION
          ? e
          : new CryptokiException("C_DestroyObject", Ckr.FUNCTION_FAILED.code());
    }
  }
}
