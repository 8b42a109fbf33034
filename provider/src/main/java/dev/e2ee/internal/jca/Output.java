package dev.e2ee.internal.jca;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.ShortBufferException;

/**
 * Where a result goes: straight into the array of the caller's buffer, or by way of a private one
 * where the buffer has none. What is written was verified; the buffer moves when it is {@link #give
 * given}.
 */
final class Output implements AutoCloseable {
  /** Longer arrays are refused by some JVMs. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final ByteBuffer buffer;
  private final byte[] array;
  private final int offset;

  private Output(ByteBuffer buffer, byte[] array, int offset) {
    this.buffer = buffer;
    this.array = array;
    this.offset = offset;
  }

  /**
   * Room in a buffer.
   *
   * @throws ShortBufferException when less is left in it
   */
  static Output in(ByteBuffer buffer, long needed) throws ShortBufferException {
    if (buffer.remaining() < needed) {
      throw new ShortBufferException("the output needs " + needed + " bytes");
    }
    return buffer.hasArray()
        ? new Output(buffer, buffer.array(), buffer.arrayOffset() + buffer.position())
        : new Output(buffer, array(needed), 0);
  }

  /**
   * A fresh array.
   *
   * @throws IllegalStateException when none is so long
   */
  static byte[] array(long length) {
    requireArray(length);
    return new byte[(int) length];
  }

  /**
   * Does nothing for a length that an array can have.
   *
   * @throws IllegalStateException for a greater one
   */
  static void requireArray(long length) {
    if (length > LONGEST_ARRAY) {
      throw new IllegalStateException(
          "the output would be too long for an array: give the input to update in pieces");
    }
  }

  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  /** Makes so many bytes the caller's. */
  int give(int written) {
    if (buffer.hasArray()) {
      buffer.position(buffer.position() + written);
    } else {
      buffer.put(array, 0, written);
    }
    return written;
  }

  /** Wipes the private array. */
  @Override
  public void close() {
    if (!buffer.hasArray()) {
      Arrays.fill(array, (byte) 0);
    }
  }
}
