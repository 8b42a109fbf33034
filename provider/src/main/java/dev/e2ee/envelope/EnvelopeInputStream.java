package dev.e2ee.envelope;

import dev.e2ee.internal.chunk.ChunkWorkers;
import dev.e2ee.internal.core.OpeningOperation;
import dev.e2ee.internal.format.ChunkedBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Opens an envelope from another stream, which it reads to its end. A stream and a channel at once;
 * one thread reads at a time, and the others wait.
 *
 * <p>Only verified bytes come out. They are a true beginning of what was sealed; they are all of it
 * once {@code read} has returned −1, and {@link #isComplete} tells that. A cut or altered envelope
 * ends in an exception and never in −1; after an exception every read throws again.
 */
public final class EnvelopeInputStream extends InputStream implements ReadableByteChannel {
  private static final byte[] NONE = {};

  private final InputStream source;
  private final OpeningOperation opening;
  private final byte[] sealed;
  private final boolean readFully;
  private byte[] plain = NONE;
  private int position;
  private int limit;
  private boolean complete;
  private volatile boolean closed;
  private boolean failed;
  private @Nullable Throwable failure;

  EnvelopeInputStream(InputStream source, OpeningOperation opening, int parallelism) {
    this.source = source;
    this.opening = opening;
    this.sealed = new byte[ChunkWorkers.chunksFor(parallelism) * ChunkedBody.SEALED_CHUNK];
    this.readFully = parallelism > 1;
  }

  /**
   * The next byte, verified; −1 at the authenticated end.
   *
   * @throws IOException as {@link #read(byte[], int, int)}
   */
  @Override
  public synchronized int read() throws IOException {
    return fill() ? plain[position++] & 0xff : -1;
  }

  /**
   * The next bytes, verified; −1 at the authenticated end.
   *
   * @throws IOException when the source throws it; with an {@link AEADBadTagException} as its cause
   *     when the envelope was cut, was altered, or belongs to another context or key
   */
  @Override
  public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireUsable();
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int given = Math.min(length, limit - position);
    System.arraycopy(plain, position, bytes, offset, given);
    position += given;
    return given;
  }

  /** The next bytes, verified; −1 at the authenticated end. */
  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    requireUsable();
    if (!target.hasRemaining()) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int given = Math.min(target.remaining(), limit - position);
    target.put(plain, position, given);
    position += given;
    return given;
  }

  // Of no bytes the three below would return without a read: [envelope-50] asks for the error.

  @Override
  public synchronized int readNBytes(byte[] bytes, int offset, int length) throws IOException {
    requireUsable();
    return super.readNBytes(bytes, offset, length);
  }

  @Override
  public synchronized long skip(long n) throws IOException {
    requireUsable();
    return super.skip(n);
  }

  @Override
  public synchronized void skipNBytes(long n) throws IOException {
    requireUsable();
    super.skipNBytes(n);
  }

  /** The bytes that can be read without reading the source. */
  @Override
  public synchronized int available() throws IOException {
    requireUsable();
    return limit - position;
  }

  /** Whether there is a byte to give; false at the authenticated end. */
  private boolean fill() throws IOException {
    requireUsable();
    while (position == limit && !complete) {
      failed = true;
      try {
        more();
        failed = false;
      } catch (AEADBadTagException e) {
        failure = e;
        requireUsable();
      } catch (IOException | RuntimeException e) {
        failure = e;
        throw e;
      } finally {
        if (failed) {
          wipe();
        }
      }
    }
    return position < limit;
  }

  private void more() throws IOException, AEADBadTagException {
    int length = readSealed();
    if (length < 0) {
      replace(opening.finish(sealed, 0, 0));
      limit = plain.length;
      complete = true;
      opening.close();
      return;
    }
    long needed = opening.outputLength(sealed, 0, length, false);
    if (plain.length < needed) {
      replace(new byte[Math.toIntExact(needed)]);
    }
    position = 0;
    limit = 0;
    // [envelope-30] Nothing of the array is given out before the limit moves.
    limit = opening.updateOurs(sealed, 0, length, plain, 0);
  }

  /** What is there; but for several threads a whole buffer, so that each gets enough to do. */
  private int readSealed() throws IOException {
    int length = source.read(sealed, 0, sealed.length);
    while (readFully && length >= 0 && length < sealed.length) {
      int more = source.read(sealed, length, sealed.length - length);
      if (more < 0) {
        break;
      }
      length += more;
    }
    return length;
  }

  /** Takes another array for what comes out; all of the old one was read. */
  private void replace(byte[] next) {
    Arrays.fill(plain, (byte) 0);
    plain = next;
    position = 0;
    limit = 0;
  }

  private void wipe() {
    opening.close();
    replace(NONE);
  }

  private void requireUsable() throws IOException {
    // [envelope-50]
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (failure instanceof AEADBadTagException) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (failed) {
      throw new IOException("opening failed before; begin anew", failure);
    }
  }

  /**
   * Whether everything was read, up to the authenticated end. False after a {@link #close} before
   * it: then there may have been more, or the envelope may be cut.
   */
  public synchronized boolean isComplete() {
    // [envelope-51]
    return complete && position == limit;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  /**
   * Closes the source, and wipes what is inside; also before the end, which is no error. Another
   * thread that is reading is let go by the source, and gets an exception.
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      source.close();
    } finally {
      end();
    }
  }

  private synchronized void end() {
    complete = isComplete();
    wipe();
  }
}
