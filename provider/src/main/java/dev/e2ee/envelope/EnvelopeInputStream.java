package dev.e2ee.envelope;

import dev.e2ee.internal.core.OpeningOperation;
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
 * Opens an envelope from another stream. A stream and a channel at once; for one thread.
 *
 * <p>Only verified bytes come out. They are a true beginning of what was sealed; they are all of it
 * once {@code read} has returned −1, and {@link #isComplete} tells that. A cut or altered envelope
 * ends in an exception and never in −1; after an exception every read throws again.
 */
public final class EnvelopeInputStream extends InputStream implements ReadableByteChannel {
  private static final int PIECE = 128 << 10;

  private final InputStream source;
  private final OpeningOperation opening;
  private final byte[] sealed;
  private byte[] plain = new byte[0];
  private int position;
  private int limit;
  private boolean complete;
  private boolean closed;
  private boolean failed;
  private @Nullable Throwable failure;

  EnvelopeInputStream(InputStream source, OpeningOperation opening, int parallelism) {
    this.source = source;
    this.opening = opening;
    this.sealed = new byte[PIECE * parallelism];
  }

  /**
   * The next byte, verified; −1 at the authenticated end.
   *
   * @throws IOException as {@link #read(byte[], int, int)}
   */
  @Override
  public int read() throws IOException {
    return fill() ? plain[position++] & 0xff : -1;
  }

  /**
   * The next bytes, verified; −1 at the authenticated end.
   *
   * @throws IOException when the source throws it; with an {@link AEADBadTagException} as its cause
   *     when the envelope was cut, was altered, or belongs to another context or key
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
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
  public int read(ByteBuffer target) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
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

  /** The bytes that can be read without reading the source. */
  @Override
  public int available() throws IOException {
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
    int length = source.read(sealed, 0, sealed.length);
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
    limit = opening.update(sealed, 0, length, plain, 0);
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
    replace(new byte[0]);
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
  public boolean isComplete() {
    // [envelope-51]
    return complete && position == limit;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  /** Closes the source, and wipes what is inside; also before the end, which is no error. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    complete = isComplete();
    wipe();
    source.close();
  }
}
