package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/** AES-256-GCM in the token: wrapAlg 1, the same 60 bytes as under a UMK in memory. */
final class GcmWork implements KeyWork, UmkWork {
  /** Modules and bindings disagree on how to encrypt no bytes at all. */
  private static final byte[] ONE_BYTE = {0};

  private final Engine engine;

  GcmWork(Engine engine) {
    this.engine = engine;
  }

  @Override
  public int wrapAlg() {
    return 1;
  }

  @Override
  public int wrappedLength() {
    return NONCE + DEK + TAG;
  }

  @Override
  public Set<Long> mechanisms() {
    return Set.of(Mechanism.Plain.AES_KEY_GEN.code(), Mechanism.Gcm.CODE);
  }

  @Override
  public long make(CryptokiSession session, KeyId id, String label, boolean stays)
      throws CryptokiException {
    return session.generate(
        Mechanism.Plain.AES_KEY_GEN,
        KeyWork.lockedSecret(AES, id, label, stays)
            .with(Attribute.ENCRYPT, true)
            .with(Attribute.DECRYPT, true));
  }

  /** A box of one byte, whose tag is a MAC of the identity: 29 bytes. [token-6] */
  @Override
  public byte[] check(CryptokiSession session, TokenKey key) throws CryptokiException {
    return box(session, key.handle(), ONE_BYTE, key.identity());
  }

  @Override
  public boolean answers(CryptokiSession session, TokenKey key) throws CryptokiException {
    byte[] check = key.checkBytes();
    byte[] identity = key.identity();
    if (check.length != NONCE + ONE_BYTE.length + TAG) {
      return false;
    }
    try {
      return opensCheck(session, key.handle(), identity, check);
    } catch (CryptokiException e) {
      requireRefusal(e, session, key.handle(), identity);
    }
    try {
      return opensCheck(session, key.handle(), identity, check);
    } catch (CryptokiException e) {
      requireRefusal(e, session, key.handle(), identity);
      return false;
    }
  }

  private static boolean opensCheck(
      CryptokiSession session, long key, byte[] identity, byte[] check) throws CryptokiException {
    return Arrays.equals(ONE_BYTE, decrypt(session, key, check, identity));
  }

  /**
   * Does nothing when a token may mean by this that a tag is wrong. Where it says the same when it
   * is sick, it must open now what it has just sealed, under an AAD that is as long.
   *
   * @throws CryptokiException the error, when it means something else
   */
  private void requireRefusal(CryptokiException e, CryptokiSession session, long key, byte[] aad)
      throws CryptokiException {
    if (!e.refusesData() && !(isVague(e) && isWell(session, key, aad))) {
      throw e;
    }
  }

  private boolean isWell(CryptokiSession session, long key, byte[] aad) throws CryptokiException {
    byte[] box = box(session, key, ONE_BYTE, aad);
    return Arrays.equals(ONE_BYTE, decrypt(session, key, box, aad));
  }

  @Override
  public void test(CryptokiSession session, TokenKey key) throws CryptokiException {
    UmkWork.selfTest(this, engine, session, key);
  }

  @Override
  public byte[] wrap(CryptokiSession session, TokenKey key, SecretBytes dek, byte[] aad)
      throws CryptokiException {
    byte[] plain = dek.copy();
    try {
      return box(session, key.handle(), plain, aad);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private byte[] box(CryptokiSession session, long key, byte[] plain, byte[] aad)
      throws CryptokiException {
    byte[] nonce = engine.random(NONCE);
    byte[] sealed = session.encrypt(new Mechanism.Gcm(nonce, aad), key, plain);
    if (sealed.length != plain.length + TAG) {
      // Some tokens choose a nonce of their own and put it here.
      throw new CustodyException(
          Kind.UNSUPPORTED, "the token's AES-GCM does not give ciphertext and tag alone");
    }
    UmkWork.requireWritten(sealed, "AES-GCM");
    byte[] box = Arrays.copyOf(nonce, NONCE + sealed.length);
    System.arraycopy(sealed, 0, box, NONCE, sealed.length);
    return box;
  }

  /**
   * Tokens say CKR_GENERAL_ERROR to a wrong tag as they do when they are sick. It is a wrong tag
   * only when the token is well, the key answers its check, and the same wrap is refused once more.
   * [token-10]
   */
  @Override
  public SecretBytes unwrap(CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException, AEADBadTagException {
    try {
      return dek(session, key, wrap, aad);
    } catch (CryptokiException e) {
      requireRefusal(e, session, key.handle(), aad);
    }
    requireAnswer(session, key);
    try {
      return dek(session, key, wrap, aad);
    } catch (CryptokiException e) {
      requireRefusal(e, session, key.handle(), aad);
      throw new AEADBadTagException("the token does not open it");
    }
  }

  private static SecretBytes dek(CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException {
    byte[] dek = decrypt(session, key.handle(), wrap, aad);
    if (dek.length != DEK) {
      Arrays.fill(dek, (byte) 0);
      throw UmkWork.sick("AES-GCM gave " + dek.length + " bytes of 32");
    }
    return SecretBytes.adopt(dek);
  }

  private static boolean isVague(CryptokiException e) {
    return e.is(Ckr.GENERAL_ERROR) || e.is(Ckr.FUNCTION_FAILED) || e.is(Ckr.DATA_INVALID);
  }

  private static byte[] decrypt(CryptokiSession session, long key, byte[] box, byte[] aad)
      throws CryptokiException {
    byte[] nonce = Arrays.copyOf(box, NONCE);
    return session.decrypt(
        new Mechanism.Gcm(nonce, aad), key, Arrays.copyOfRange(box, NONCE, box.length));
  }
}
