package dev.e2ee.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/**
 * Reads a channel a piece ahead, while the caller works on the one before. What fits into one piece
 * is read without a second thread. For one caller's thread.
 */
final class ReadAhead extends InputStream {
  private final ReadableByteChannel source;
  private final Ahead ahead = new Ahead("read-ahead");
  private ByteBuffer current = Ahead.buffer().limit(0);
  private ByteBuffer spare = Ahead.buffer();
  private long total;
  private boolean ended;

  /** Takes over the channel. */
  ReadAhead(ReadableByteChannel source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    return fill() ? current.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int given = Math.min(length, current.remaining());
    current.get(bytes, offset, given);
    return given;
  }

  @Override
  public int available() {
    return current.remaining();
  }

  private boolean fill() throws IOException {
    if (!current.hasRemaining() && !ended) {
      ByteBuffer used = current;
      current = ahead.isPending() ? ahead.take() : filled(spare);
      spare = used;
      total += current.remaining();
      ended = !current.hasRemaining();
      if (total >= Ahead.PIECE && !ended) {
        ahead.start(() -> filled(used));
      }
    }
    return current.hasRemaining();
  }

  /** Empty at the end. */
  private ByteBuffer filled(ByteBuffer piece) throws IOException {
    piece.clear();
    int n;
    do {
      n = source.read(piece);
    } while (n == 0);
    return piece.flip();
  }

  /** Both of them, for a test. */
  ByteBuffer[] buffers() {
    return new ByteBuffer[] {current, spare};
  }

  /** Ends the thread and overwrites the buffers, but for one that is still being filled. */
  @Override
  public void close() throws IOException {
    ahead.close();
    Ahead.wipe(current);
    current.limit(0);
    if (!ahead.isPending()) {
      Ahead.wipe(spare);
    }
    source.close();
  }
}
