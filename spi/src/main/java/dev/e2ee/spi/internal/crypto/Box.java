package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.engine.ApprovedModule;
import javax.crypto.AEADBadTagException;

/** {@code box(key, nonce, pt, aad)} of the specifications: nonce(12) || AES-256-GCM || tag(16). */
public final class Box {
  /** What a box adds to its plaintext, in bytes. */
  public static final int OVERHEAD = Engine.NONCE + Engine.TAG;

  private Box() {}

  /** Seals under a fresh random nonce. */
  public static byte[] seal(Engine engine, SecretBytes key, byte[] plaintext, byte[] aad) {
    byte[] box = new byte[OVERHEAD + plaintext.length];
    seal(engine, key, plaintext, 0, plaintext.length, aad, box, 0);
    return box;
  }

  /** Seals a part of an array into a part of another, {@code length + 28} bytes. */
  public static void seal(
      Engine engine,
      SecretBytes key,
      byte[] in,
      int offset,
      int length,
      byte[] aad,
      byte[] out,
      int outOffset) {
    try (GcmKey gcm = engine.gcmKey(key)) {
      seal(engine, gcm, in, offset, length, aad, out, outOffset);
    }
  }

  /** Seals a part of an array into a part of another with a cipher that is kept. */
  static void seal(
      Engine engine,
      GcmKey gcm,
      byte[] in,
      int offset,
      int length,
      byte[] aad,
      byte[] out,
      int outOffset) {
    ApprovedModule module = engine.approved();
    if (module != null) {
      // NIST SP 800-38D, section 8.2.2: the module makes the nonce from its own generator.
      gcm.sealWithNonceOf(module.random(), aad, in, offset, length, out, outOffset);
      return;
    }
    byte[] nonce = engine.random(Engine.NONCE);
    System.arraycopy(nonce, 0, out, outOffset, nonce.length);
    gcm.seal(nonce, aad, in, offset, length, out, outOffset + nonce.length);
  }

  /**
   * Opens a box.
   *
   * @throws AEADBadTagException when it is not authentic, or shorter than 28 bytes
   */
  public static byte[] open(Engine engine, SecretBytes key, byte[] box, byte[] aad)
      throws AEADBadTagException {
    return open(engine, key, box, 0, box.length, aad);
  }

  /** Opens a box that is a part of an array, into an array of its own. */
  public static byte[] open(
      Engine engine, SecretBytes key, byte[] in, int offset, int length, byte[] aad)
      throws AEADBadTagException {
    try (GcmKey gcm = engine.gcmKey(key)) {
      return open(gcm, in, offset, length, aad);
    }
  }

  /** Opens a box with a cipher that is kept. */
  static byte[] open(GcmKey gcm, byte[] in, int offset, int length, byte[] aad)
      throws AEADBadTagException {
    if (length < OVERHEAD) {
      throw new AEADBadTagException("shorter than a nonce and a tag");
    }
    byte[] plaintext = new byte[length - OVERHEAD];
    int ciphertext = offset + Engine.NONCE;
    gcm.open(in, offset, aad, in, ciphertext, length - Engine.NONCE, plaintext, 0);
    return plaintext;
  }
}
