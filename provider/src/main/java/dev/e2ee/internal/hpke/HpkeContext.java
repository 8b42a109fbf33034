package dev.e2ee.internal.hpke;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.GcmKey;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/** One context of RFC 9180, section 5.2. Each side counts its messages; for one thread. */
public final class HpkeContext implements AutoCloseable {
  private final SecretBytes key;
  private final GcmKey gcm;
  private final byte[] baseNonce;
  private long sequence;

  /** Takes over both. */
  HpkeContext(Engine engine, SecretBytes key, byte[] baseNonce) {
    this.key = key;
    this.gcm = engine.gcmKey(key);
    this.baseNonce = baseNonce;
  }

  /** ContextS.Seal: the next message, 16 bytes longer. */
  public byte[] seal(byte[] aad, byte[] plaintext) {
    byte[] sealed = new byte[plaintext.length + Engine.TAG];
    byte[] nonce = nonce();
    sequence++;
    gcm.seal(nonce, aad, plaintext, 0, plaintext.length, sealed, 0);
    return sealed;
  }

  /**
   * ContextR.Open: the next message. One that is not authentic does not count.
   *
   * @throws AEADBadTagException when it is not authentic, or shorter than a tag
   */
  public byte[] open(byte[] aad, byte[] sealed) throws AEADBadTagException {
    if (sealed.length < Engine.TAG) {
      throw new AEADBadTagException("shorter than a tag");
    }
    byte[] plaintext = new byte[sealed.length - Engine.TAG];
    gcm.open(nonce(), 0, aad, sealed, 0, sealed.length, plaintext, 0);
    sequence++;
    return plaintext;
  }

  /** ComputeNonce: base_nonce XOR the sequence number, big-endian, in its low bytes. */
  private byte[] nonce() {
    byte[] nonce = baseNonce.clone();
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (sequence >>> (Byte.SIZE * i));
    }
    return nonce;
  }

  /** Wipes the key. */
  @Override
  public void close() {
    gcm.close();
    key.close();
    Arrays.fill(baseNonce, (byte) 0);
  }
}
