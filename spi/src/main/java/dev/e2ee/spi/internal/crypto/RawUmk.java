package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * A UMK of 32 bytes in this JVM, in an application's memory and in an unlocked store alike: its own
 * id, and wrap algorithm 1 of {@code testvectors/spec/envelope.md}. Safe for use by many threads.
 *
 * <p>The engine's ciphers are kept between operations, keyed, as long as the key itself is. Each
 * operation reads the key anew: one that runs while another thread closes this either finishes
 * under the whole key or fails, and its cipher is let go.
 */
public final class RawUmk implements AutoCloseable {
  private static final byte[] ID_LABEL = "e2ee-key-id-v1".getBytes(StandardCharsets.US_ASCII);

  private final Engine engine;
  private final SecretBytes key;
  private final IdlePool<GcmKey> ciphers = new IdlePool<>();

  /**
   * Takes over the key.
   *
   * @param key 32 bytes
   */
  public RawUmk(Engine engine, SecretBytes key) {
    this.engine = engine;
    this.key = key;
  }

  /** Whether the FIPS profile holds for its engine. */
  public boolean isApproved() {
    return engine.isApprovedOnly();
  }

  /** The id that the key itself gives, 16 bytes. */
  public KeyId id() {
    return idOf(engine, key);
  }

  /** The id that 32 bytes of a key give, 16 bytes. */
  public static KeyId idOf(Engine engine, SecretBytes key) {
    // [envelope-21]
    return KeyId.of(Hkdf.expand(engine, key, ID_LABEL, KeyId.LENGTH));
  }

  /**
   * Whether these are its bytes, compared in constant time.
   *
   * @throws IllegalStateException when closed
   */
  public boolean isOf(SecretBytes bytes) {
    return key.sameBytes(bytes);
  }

  /**
   * Wraps a DEK of 32 bytes into 60: box(UMK, nonce, DEK, AAD).
   *
   * @throws IllegalStateException when closed
   */
  public byte[] wrap(SecretBytes dek, byte[] aad) {
    byte[] plain = dek.copy();
    try {
      GcmKey gcm = cipher();
      byte[] box = new byte[Box.OVERHEAD + plain.length];
      Box.seal(engine, gcm, plain, 0, plain.length, aad, box, 0);
      keep(gcm);
      return box;
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Unwraps a DEK, which the caller closes.
   *
   * @throws AEADBadTagException when it is not authentic under this key and AAD
   * @throws IllegalStateException when closed
   */
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
    GcmKey gcm = cipher();
    byte[] dek = Box.open(gcm, wrapped, 0, wrapped.length, aad);
    keep(gcm);
    return SecretBytes.adopt(dek);
  }

  /** One that is idle, or a new one; it is not given back after a failure. */
  private GcmKey cipher() {
    GcmKey idle = ciphers.take();
    return idle == null ? engine.gcmKey(key) : idle;
  }

  private void keep(GcmKey gcm) {
    if (!ciphers.give(gcm)) {
      gcm.close();
    }
  }

  /** Wipes the key, and gives the ciphers back to the engine: {@link Engine#wipe} wipes them. */
  @Override
  public void close() {
    key.close();
    ciphers.close(GcmKey::close);
  }
}
