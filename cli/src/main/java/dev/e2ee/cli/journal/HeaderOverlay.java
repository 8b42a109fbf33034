package dev.e2ee.cli.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file with other first bytes, to be read; the file stays as it is, and open. */
final class HeaderOverlay implements SeekableByteChannel {
  private final byte[] header;
  private final FileChannel file;
  private long position;

  HeaderOverlay(byte[] header, FileChannel file) {
    this.header = header;
    this.file = file;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int read;
    if (position < header.length) {
      read = Math.min(target.remaining(), header.length - (int) position);
      target.put(header, (int) position, read);
    } else {
      read = file.read(target, position);
    }
    position += Math.max(0, read);
    return read;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public HeaderOverlay position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() {
    // The file stays its owner's.
  }
}
