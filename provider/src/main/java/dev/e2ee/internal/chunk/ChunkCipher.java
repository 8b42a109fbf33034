package dev.e2ee.internal.chunk;

import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.internal.crypto.GcmKey;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens single chunks by their number; for one thread at a time.
 *
 * <p>Unverified plaintext stays in an array that nobody else has. The JDK's engine reads a range of
 * an array and nothing else. Any other gets arrays of one chunk to read: native code may copy an
 * array as a whole, for every chunk, and would take a time that grows with the square of the
 * length.
 */
final class ChunkCipher implements AutoCloseable {
  private static final byte[] NO_AAD = new byte[0];

  private final GcmKey gcm;
  private final byte[] baseNonce;
  private final byte[] nonce;
  private final byte[] plain = new byte[ChunkedBody.CHUNK];
  private final byte @Nullable [] sealed;

  /**
   * A cipher under a key and nonces that stay the caller's.
   *
   * @param staged whether the engine gets copies of what it reads
   */
  ChunkCipher(GcmKey gcm, byte[] baseNonce, boolean staged) {
    this.gcm = gcm;
    this.baseNonce = baseNonce;
    this.nonce = new byte[baseNonce.length];
    this.sealed = staged ? new byte[ChunkedBody.SEALED_CHUNK] : null;
  }

  /** Seals a chunk of {@code length} bytes into {@code length + 16}. */
  void seal(long chunk, byte[] in, int offset, int length, byte[] out, int outOffset) {
    setNonce(chunk);
    if (sealed == null) {
      gcm.seal(nonce, NO_AAD, in, offset, length, out, outOffset);
    } else {
      System.arraycopy(in, offset, plain, 0, length);
      gcm.seal(nonce, NO_AAD, plain, 0, length, out, outOffset);
    }
  }

  /**
   * Opens a chunk of {@code length} bytes into {@code length - 16}, which reach {@code out} once
   * they are verified.
   *
   * @param ours whether nobody else has {@code out} yet: it takes them at once then, and is zero
   *     there when they turn out wrong
   * @throws AEADBadTagException when its tag is wrong
   */
  void open(long chunk, byte[] in, int offset, int length, byte[] out, int outOffset, boolean ours)
      throws AEADBadTagException {
    setNonce(chunk);
    // [envelope-30] Straight into an array of ours; else by way of one.
    if (sealed == null && ours) {
      gcm.open(nonce, 0, NO_AAD, in, offset, length, out, outOffset);
      return;
    }
    if (sealed == null) {
      gcm.open(nonce, 0, NO_AAD, in, offset, length, plain, 0);
    } else {
      System.arraycopy(in, offset, sealed, 0, length);
      gcm.open(nonce, 0, NO_AAD, sealed, 0, length, plain, 0);
    }
    System.arraycopy(plain, 0, out, outOffset, length - ChunkedBody.TAG);
  }

  /** The base nonce XOR the chunk's number, in the low bytes. */
  private void setNonce(long chunk) {
    // [envelope-45]
    if (chunk >= ChunkedBody.MAX_CHUNKS) {
      throw new IllegalStateException("a message has at most 2^38 chunks (4 PiB)");
    }
    // [envelope-44]
    System.arraycopy(baseNonce, 0, nonce, 0, nonce.length);
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (chunk >>> (Byte.SIZE * i));
    }
  }

  /** Wipes the last plaintext, and lets go of the engine's cipher. */
  @Override
  public void close() {
    gcm.close();
    Arrays.fill(plain, (byte) 0);
  }
}
