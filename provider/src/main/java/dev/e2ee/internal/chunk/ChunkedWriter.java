package dev.e2ee.internal.chunk;

import static dev.e2ee.internal.format.ChunkedBody.CHUNK;
import static dev.e2ee.internal.format.ChunkedBody.SEALED_CHUNK;
import static dev.e2ee.internal.format.ChunkedBody.TAG;

import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;

/**
 * C2SP chunked-encryption, written: plaintext in pieces of any size goes in, the chunks come out.
 * For one thread at a time; in and out must not overlap. A writer that has failed is closed:
 * another plaintext under the number of a chunk that may have been written would use a nonce twice.
 */
public final class ChunkedWriter implements AutoCloseable {
  private final ChunkWorkers workers;
  private final byte[] head;
  private final byte[] partial = new byte[CHUNK];
  private int filled;
  private long chunks;

  /**
   * Starts a message.
   *
   * @param inputKey 32 bytes; stays the caller's, and is not needed any more
   * @param salt 24 bytes, fresh and random
   * @param context what the message is bound to
   * @param parallelism the most threads that work on one call
   */
  public ChunkedWriter(
      Engine engine, SecretBytes inputKey, byte[] salt, byte[] context, int parallelism) {
    this.head = Arrays.copyOf(salt, ChunkedBody.HEAD);
    ChunkKey key = ChunkKey.derive(engine, inputKey, salt, context);
    System.arraycopy(key.commitment(), 0, head, ChunkedBody.SALT, ChunkedBody.COMMITMENT);
    // The workers close the key when they fail, and nothing follows that could.
    this.workers = new ChunkWorkers(key, parallelism);
  }

  /** Salt and commitment, 56 bytes, which come before the first chunk. */
  public byte[] head() {
    return head.clone();
  }

  /** The bytes of plaintext taken so far. */
  public long plaintextLength() {
    return chunks * CHUNK + filled;
  }

  /** How many bytes {@link #update} gives for so many, or {@link #finish} after them. */
  public long outputLength(long more, boolean last) {
    long total = filled + more;
    return last ? ChunkedBody.sealedChunks(total) : total / CHUNK * SEALED_CHUNK;
  }

  /**
   * Takes plaintext, and writes the chunks that it fills.
   *
   * @throws IllegalStateException when it is more than a message can have
   */
  public int update(byte[] in, int offset, int length, byte[] out, int outOffset) {
    // [envelope-45]
    if (length > ChunkedBody.MAX_PLAINTEXT - plaintextLength()) {
      throw new IllegalStateException("a message has less than 2^52 bytes (4 PiB)");
    }
    boolean sealed = false;
    try {
      int written = take(in, offset, length, out, outOffset);
      sealed = true;
      return written;
    } finally {
      if (!sealed) {
        close();
      }
    }
  }

  private int take(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int from = offset;
    int left = length;
    int to = outOffset;
    if (filled > 0) {
      int taken = Math.min(left, CHUNK - filled);
      System.arraycopy(in, from, partial, filled, taken);
      filled += taken;
      from += taken;
      left -= taken;
      if (filled < CHUNK) {
        return 0;
      }
      workers.own().seal(chunks, partial, 0, CHUNK, out, to);
      chunks++;
      to += SEALED_CHUNK;
    }
    int full = left / CHUNK;
    workers.seal(chunks, full, in, from, out, to);
    chunks += full;
    to += full * SEALED_CHUNK;
    filled = left % CHUNK;
    System.arraycopy(in, from + full * CHUNK, partial, 0, filled);
    return to - outOffset;
  }

  /** Writes the last chunk, which is never full. */
  public int finish(byte[] out, int outOffset) {
    // [envelope-43]
    try (this) {
      workers.own().seal(chunks, partial, 0, filled, out, outOffset);
      return filled + TAG;
    }
  }

  /** Wipes what is left of the plaintext, and the key. */
  @Override
  public void close() {
    Arrays.fill(partial, (byte) 0);
    filled = 0;
    workers.close();
  }
}
