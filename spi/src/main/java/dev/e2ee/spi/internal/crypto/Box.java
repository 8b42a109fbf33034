package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import javax.crypto.AEADBadTagException;

/** {@code box(key, nonce, pt, aad)} of the specifications: nonce(12) || AES-256-GCM || tag(16). */
public final class Box {
  /** What a box adds to its plaintext, in bytes. */
  public static final int OVERHEAD = Engine.NONCE + Engine.TAG;

  private Box() {}

  /** Seals under a fresh random nonce. */
  public static byte[] seal(Engine engine, SecretBytes key, byte[] plaintext, byte[] aad) {
    try (GcmKey gcm = engine.gcmKey(key)) {
      return seal(engine, gcm, plaintext, aad);
    }
  }

  static byte[] seal(Engine engine, GcmKey gcm, byte[] plaintext, byte[] aad) {
    byte[] box = new byte[OVERHEAD + plaintext.length];
    engine.random(box, 0, Engine.NONCE);
    gcm.seal(box, 0, aad, plaintext, 0, plaintext.length, box, Engine.NONCE);
    return box;
  }

  /**
   * Opens a box.
   *
   * @throws AEADBadTagException when it is not authentic, or shorter than 28 bytes
   */
  public static byte[] open(Engine engine, SecretBytes key, byte[] box, byte[] aad)
      throws AEADBadTagException {
    try (GcmKey gcm = engine.gcmKey(key)) {
      return open(gcm, box, aad);
    }
  }

  static byte[] open(GcmKey gcm, byte[] box, byte[] aad) throws AEADBadTagException {
    if (box.length < OVERHEAD) {
      throw new AEADBadTagException("shorter than a nonce and a tag");
    }
    byte[] plaintext = new byte[box.length - OVERHEAD];
    gcm.open(box, 0, aad, box, Engine.NONCE, box.length - Engine.NONCE, plaintext, 0);
    return plaintext;
  }
}
