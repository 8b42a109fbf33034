package dev.e2ee.stream;

import dev.e2ee.testing.ReferenceChunks;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;

/** Envelopes to be read anywhere. */
final class Sources {
  private Sources() {}

  /** What every source here has: a position, and a state. */
  abstract static class Source implements SeekableByteChannel {
    private long position;
    private boolean closed;
    private int reads;
    private IOException failure;

    /** The byte at a place. */
    abstract byte at(long place);

    /** From now on every read fails so. */
    void failWith(IOException theFailure) {
      failure = theFailure;
    }

    int reads() {
      return reads;
    }

    /** Gives 1,000 bytes at the most, and none at every fourth call. */
    @Override
    public int read(ByteBuffer target) throws IOException {
      requireOpen();
      if (failure != null) {
        throw failure;
      }
      if (position >= size()) {
        return -1;
      }
      if (++reads % 4 == 0) {
        return 0;
      }
      int given = (int) Math.min(Math.min(1000, target.remaining()), size() - position);
      for (int i = 0; i < given; i++) {
        target.put(at(position++));
      }
      return given;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
      requireOpen();
      position = newPosition;
      return this;
    }

    private void requireOpen() throws ClosedChannelException {
      if (closed) {
        throw new ClosedChannelException();
      }
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
      return !closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** An array, of which a part may be there. */
  static final class InMemory extends Source {
    private final byte[] bytes;
    private long size;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
      this.size = bytes.length;
    }

    void resize(long newSize) {
      size = newSize;
    }

    @Override
    byte at(long place) {
      return bytes[(int) place];
    }

    @Override
    public long size() {
      return size;
    }
  }

  /**
   * An envelope of any length that takes no memory: its chunks are sealed when they are read. Chunk
   * k is full of the eight bytes of k, over and over.
   */
  static final class Endless extends Source {
    private final byte[] start;
    private final ReferenceChunks chunks;
    private final long fullChunks;
    private final int lastLength;
    private long sealedNumber = -1;
    private byte[] sealed = {};

    Endless(long plaintextLength) {
      ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
      this.chunks = reference.chunks(reference.dek, reference.salt);
      this.start = Arrays.copyOf(reference.seal(), 179);
      this.fullChunks = plaintextLength / ReferenceChunks.CHUNK;
      this.lastLength = (int) (plaintextLength % ReferenceChunks.CHUNK);
    }

    /** The plaintext of a chunk. */
    static byte[] plaintext(long number, int length) {
      ByteBuffer content = ByteBuffer.allocate(ReferenceChunks.CHUNK);
      while (content.hasRemaining()) {
        content.putLong(number);
      }
      return Arrays.copyOf(content.array(), length);
    }

    @Override
    byte at(long place) {
      if (place < start.length) {
        return start[(int) place];
      }
      long number = (place - start.length) / ReferenceChunks.SEALED;
      if (number != sealedNumber) {
        int length = number == fullChunks ? lastLength : ReferenceChunks.CHUNK;
        sealed = chunks.chunk(number, plaintext(number, length));
        sealedNumber = number;
      }
      return sealed[(int) ((place - start.length) % ReferenceChunks.SEALED)];
    }

    @Override
    public long size() {
      return start.length + fullChunks * ReferenceChunks.SEALED + lastLength + 16;
    }
  }
}
