package dev.e2ee.internal.invite;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.GcmKey;
import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;

/**
 * CipherState of the Noise Protocol Framework, revision 34, section 5.1, with AESGCM: a key and how
 * many messages it has had. The names are the framework's.
 */
public final class CipherState implements AutoCloseable {
  private final Engine engine;
  private final SecretBytes k;
  private long n;

  /** Takes over the key, 32 bytes. */
  CipherState(Engine engine, SecretBytes k) {
    this.engine = engine;
    this.k = k;
  }

  /** EncryptWithAd: the next message, 16 bytes longer. */
  public byte[] encryptWithAd(byte[] ad, byte[] plaintext) {
    byte[] sealed = new byte[plaintext.length + Engine.TAG];
    byte[] nonce = nonce();
    n++;
    try (GcmKey gcm = engine.gcmKey(k)) {
      gcm.seal(nonce, ad, plaintext, 0, plaintext.length, sealed, 0);
    }
    return sealed;
  }

  /**
   * DecryptWithAd: the next message. One that is not authentic does not count.
   *
   * @throws AEADBadTagException when it is not authentic, or shorter than a tag
   */
  public byte[] decryptWithAd(byte[] ad, byte[] sealed) throws AEADBadTagException {
    if (sealed.length < Engine.TAG) {
      throw new AEADBadTagException("shorter than a tag");
    }
    byte[] plaintext = new byte[sealed.length - Engine.TAG];
    try (GcmKey gcm = engine.gcmKey(k)) {
      gcm.open(nonce(), 0, ad, sealed, 0, sealed.length, plaintext, 0);
    }
    n++;
    return plaintext;
  }

  /** Section 12.4: 32 zero bits, then n, big-endian. */
  private byte[] nonce() {
    return ByteBuffer.allocate(Engine.NONCE).putInt(0).putLong(n).array();
  }

  /** Wipes the key. */
  @Override
  public void close() {
    k.close();
  }
}
