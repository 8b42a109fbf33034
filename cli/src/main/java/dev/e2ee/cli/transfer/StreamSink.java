package dev.e2ee.cli.transfer;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** Standard output, a named pipe or a device: what is written there cannot be taken back. */
final class StreamSink extends OutputStream implements Sink {
  private final OutputStream out;
  private final boolean closes;
  private final TerminalText text;
  private ByteBuffer room = ByteBuffer.allocate(0);
  private long written;

  private StreamSink(OutputStream out, boolean closes, TerminalText text) {
    this.out = out;
    this.closes = closes;
    this.text = text;
  }

  /** Standard output, which stays open. */
  static StreamSink standard(PrintStream out, TerminalText text) {
    return new StreamSink(out, false, text);
  }

  /** A pipe or a device. */
  static StreamSink of(Path target, TerminalText text) throws IOException {
    return new StreamSink(new FileOutputStream(target.toFile()), true, text);
  }

  @Override
  public OutputStream stream() {
    return this;
  }

  @Override
  public ByteBuffer room() {
    if (room.capacity() == 0) {
      room = ByteBuffer.allocate(Progress.PIECE);
    }
    return room;
  }

  @Override
  public void take() throws IOException {
    write(room.array(), 0, room.position());
    room.clear();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    text.check(bytes, offset, length);
    written += length;
    out.write(bytes, offset, length);
    checkWritten();
  }

  /** A {@link PrintStream} throws nothing; asking it flushes it. */
  private void checkWritten() throws IOException {
    if (out instanceof PrintStream printer && printer.checkError()) {
      throw new IOException("standard output was closed before everything was written");
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void complete() throws IOException {
    text.checkEnd();
    out.flush();
    checkWritten();
  }

  @Override
  public long written() {
    return written;
  }

  @Override
  public boolean isSeen() {
    return written > 0;
  }

  @Override
  public void close() throws IOException {
    Arrays.fill(room.array(), (byte) 0);
    if (closes) {
      out.close();
    }
  }
}
