package dev.e2ee.internal.chunk;

import static dev.e2ee.internal.format.ChunkedBody.CHUNK;
import static dev.e2ee.internal.format.ChunkedBody.SEALED_CHUNK;
import static dev.e2ee.internal.format.ChunkedBody.TAG;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * C2SP chunked-encryption, read: the chunks in pieces of any size go in, verified plaintext comes
 * out. For one thread at a time; in and out must not overlap. After an exception the bytes of that
 * call in {@code out} are zero, and the reader must not be used again.
 */
public final class ChunkedReader implements AutoCloseable {
  private final ChunkWorkers workers;
  private final byte[] partial = new byte[SEALED_CHUNK];
  private int filled;
  private long chunks;

  /** Takes its own memory first: the workers close the key when they fail, and nothing follows. */
  private ChunkedReader(
      Engine engine, SecretBytes inputKey, byte[] head, byte[] context, int parallelism)
      throws AEADBadTagException {
    ChunkKey key = ChunkKey.verified(engine, inputKey, head, context);
    this.workers = new ChunkWorkers(key, parallelism);
  }

  /**
   * Starts a message, once its commitment is verified.
   *
   * @param inputKey 32 bytes; stays the caller's, and is not needed any more
   * @param head salt and commitment, 56 bytes
   * @param context what the message is bound to
   * @param parallelism the most threads that work on one call
   * @throws AEADBadTagException when key, salt or context is another than the commitment's
   */
  public static ChunkedReader start(
      Engine engine, SecretBytes inputKey, byte[] head, byte[] context, int parallelism)
      throws AEADBadTagException {
    return new ChunkedReader(engine, inputKey, head, context, parallelism);
  }

  /** How many bytes {@link #update} gives for so many, or {@link #finish} after them. */
  public long outputLength(long more, boolean last) {
    long total = filled + more;
    long rest = total % SEALED_CHUNK;
    return total / SEALED_CHUNK * CHUNK + (last ? Math.max(0, rest - TAG) : 0);
  }

  /**
   * Takes sealed bytes, and writes the plaintext of the full chunks among them.
   *
   * @param ours whether nobody else has {@code out} before this returns, nor after it throws: saves
   *     a copy
   * @throws MalformedEnvelopeException when there are more chunks than a message can have
   * @throws AEADBadTagException when a chunk is not authentic in its place
   */
  public int update(byte[] in, int offset, int length, byte[] out, int outOffset, boolean ours)
      throws AEADBadTagException {
    int needed = (int) outputLength(length, false);
    boolean verified = false;
    try {
      take(in, offset, length, out, outOffset, ours);
      verified = true;
      return needed;
    } finally {
      if (!verified) {
        Arrays.fill(out, outOffset, outOffset + needed, (byte) 0);
      }
    }
  }

  private void take(byte[] in, int offset, int length, byte[] out, int outOffset, boolean ours)
      throws AEADBadTagException {
    int from = offset;
    int left = length;
    int to = outOffset;
    if (filled > 0) {
      int taken = Math.min(left, SEALED_CHUNK - filled);
      System.arraycopy(in, from, partial, filled, taken);
      filled += taken;
      from += taken;
      left -= taken;
      if (filled < SEALED_CHUNK) {
        return;
      }
      open(1, partial, 0, out, to, ours);
      to += CHUNK;
    }
    int full = left / SEALED_CHUNK;
    open(full, in, from, out, to, ours);
    filled = left % SEALED_CHUNK;
    System.arraycopy(in, from + full * SEALED_CHUNK, partial, 0, filled);
  }

  private void open(int count, byte[] in, int from, byte[] out, int to, boolean ours)
      throws AEADBadTagException {
    // [envelope-45]
    if (chunks + count >= ChunkedBody.MAX_CHUNKS) {
      throw new MalformedEnvelopeException("the envelope is longer than its suite allows");
    }
    // [envelope-49]
    workers.open(chunks, count, in, from, out, to, ours);
    chunks += count;
  }

  /**
   * Opens the last chunk: what was taken before is complete when this returns.
   *
   * @throws MalformedEnvelopeException when the bytes end before a last chunk
   * @throws AEADBadTagException when it is not authentic in its place
   */
  public int finish(byte[] out, int outOffset) throws AEADBadTagException {
    // [envelope-39] [envelope-49]
    if (filled < TAG) {
      throw new MalformedEnvelopeException("the envelope is cut short: its last chunk is missing");
    }
    workers.own().open(chunks, partial, 0, filled, out, outOffset, false);
    int written = filled - TAG;
    close();
    return written;
  }

  /** Wipes the key and lets go of the ciphers. */
  @Override
  public void close() {
    filled = 0;
    workers.close();
  }
}
