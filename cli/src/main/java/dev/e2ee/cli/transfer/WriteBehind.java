package dev.e2ee.cli.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * Writes to a channel on a thread of its own, while the caller makes the next piece. What is less
 * than one piece is written without a second thread. For one caller's thread.
 */
final class WriteBehind extends OutputStream {
  private final WritableByteChannel target;
  private final Ahead ahead = new Ahead("write-behind");
  private ByteBuffer current = Ahead.buffer();
  private ByteBuffer spare = Ahead.buffer();

  /** The channel stays the caller's. */
  WriteBehind(WritableByteChannel target) {
    this.target = target;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int done = 0;
    while (done < length) {
      ByteBuffer room = room();
      int next = Math.min(length - done, room.remaining());
      room.put(bytes, offset + done, next);
      done += next;
    }
  }

  /** Where the next bytes can be put, one at the least; what is put there is written. */
  ByteBuffer room() throws IOException {
    if (!current.hasRemaining()) {
      startWriting();
    }
    return current;
  }

  private void startWriting() throws IOException {
    ByteBuffer filled = current;
    current = ahead.isPending() ? ahead.take() : spare;
    ahead.start(() -> written(filled));
  }

  private ByteBuffer written(ByteBuffer piece) throws IOException {
    piece.flip();
    while (piece.hasRemaining()) {
      target.write(piece);
    }
    return piece.clear();
  }

  /** Returns when everything was written. */
  @Override
  public void flush() throws IOException {
    if (ahead.isPending()) {
      spare = ahead.take();
    }
    current = written(current);
  }

  /**
   * Ends the thread and overwrites the buffers, but for one that is still being written; what was
   * not flushed may be lost.
   */
  @Override
  public void close() {
    ahead.close();
    Ahead.wipe(current);
    if (!ahead.isPending()) {
      Ahead.wipe(spare);
    }
  }
}
