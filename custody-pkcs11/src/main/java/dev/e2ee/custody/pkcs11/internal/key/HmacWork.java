package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.TokenKdf;
import dev.e2ee.spi.key.KeyId;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/**
 * A key for each wrap, derived by HMAC-SHA-256 in the token, and AES-256-GCM in this JVM: wrapAlg
 * 2. Every token that was seen can do it, one call goes to the token, and what is not authentic is
 * told by software, which does not take a sick token for it.
 */
final class HmacWork implements KeyWork, UmkWork {
  private static final int CHECK = 16;

  private final Engine engine;

  HmacWork(Engine engine) {
    this.engine = engine;
  }

  @Override
  public int wrapAlg() {
    return TokenKdf.WRAP_ALG;
  }

  @Override
  public int wrappedLength() {
    return TokenKdf.WRAPPED;
  }

  @Override
  public Set<Long> mechanisms() {
    return Set.of(
        Mechanism.Plain.GENERIC_SECRET_KEY_GEN.code(), Mechanism.Plain.SHA256_HMAC.code());
  }

  @Override
  public long make(CryptokiSession session, KeyId id, String label, boolean stays)
      throws CryptokiException {
    return KeyWork.makeMacKey(session, id, label, stays);
  }

  /** The first 16 bytes of the identity's MAC. [token-6] */
  @Override
  public byte[] check(CryptokiSession session, TokenKey key) throws CryptokiException {
    return Arrays.copyOf(KeyWork.mac(session, key.handle(), key.identity()), CHECK);
  }

  @Override
  public boolean answers(CryptokiSession session, TokenKey key) throws CryptokiException {
    return MessageDigest.isEqual(key.checkBytes(), check(session, key));
  }

  @Override
  public void test(CryptokiSession session, TokenKey key) throws CryptokiException {
    UmkWork.selfTest(this, engine, session, key);
  }

  @Override
  public byte[] wrap(CryptokiSession session, TokenKey key, SecretBytes dek, byte[] aad)
      throws CryptokiException {
    return TokenKdf.wrap(
        engine, inToken(session, key), key.id(), key.label().generation(), dek, aad);
  }

  @Override
  public SecretBytes unwrap(CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException, AEADBadTagException {
    TokenKdf.Prf<CryptokiException> umk = inToken(session, key);
    int generation = key.label().generation();
    return twiceIfRefused(
        session, key, () -> TokenKdf.unwrap(engine, umk, key.id(), generation, wrap, aad));
  }

  private static TokenKdf.Prf<CryptokiException> inToken(CryptokiSession session, TokenKey key) {
    return block -> KeyWork.mac(session, key.handle(), block);
  }
}
