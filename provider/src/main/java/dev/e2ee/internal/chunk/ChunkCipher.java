package dev.e2ee.internal.chunk;

import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.internal.crypto.GcmKey;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/** Seals and opens single chunks by their number; for one thread at a time. */
final class ChunkCipher implements AutoCloseable {
  private static final byte[] NO_AAD = new byte[0];

  private final GcmKey gcm;
  private final byte[] baseNonce;
  private final byte[] nonce;
  private final byte[] staging = new byte[ChunkedBody.CHUNK];

  ChunkCipher(GcmKey gcm, byte[] baseNonce) {
    this.gcm = gcm;
    this.baseNonce = baseNonce;
    this.nonce = new byte[baseNonce.length];
  }

  /** Seals a chunk of {@code length} bytes into {@code length + 16}. */
  void seal(long chunk, byte[] in, int offset, int length, byte[] out, int outOffset) {
    setNonce(chunk);
    gcm.seal(nonce, 0, NO_AAD, in, offset, length, out, outOffset);
  }

  /**
   * Opens a chunk of {@code length} bytes into {@code length - 16}, which reach {@code out} once
   * they are verified.
   *
   * @throws AEADBadTagException when its tag is wrong
   */
  void open(long chunk, byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException {
    setNonce(chunk);
    gcm.open(nonce, 0, NO_AAD, in, offset, length, staging, 0);
    // [envelope-30]
    System.arraycopy(staging, 0, out, outOffset, length - ChunkedBody.TAG);
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
    Arrays.fill(staging, (byte) 0);
  }
}
