package dev.e2ee.internal.jca;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The remaining bytes of an input buffer as an array: its own, or a private copy where output may
 * overwrite it while it is read. The buffer's position stays.
 */
final class Bytes implements AutoCloseable {
  private final byte[] array;
  private final int offset;
  private final int length;
  private final boolean copied;

  private Bytes(byte[] array, int offset, int length, boolean copied) {
    this.array = array;
    this.offset = offset;
    this.length = length;
    this.copied = copied;
  }

  static Bytes of(ByteBuffer in, ByteBuffer out) {
    if (in.hasArray() && !shareArray(in, out)) {
      return new Bytes(in.array(), in.arrayOffset() + in.position(), in.remaining(), false);
    }
    byte[] copy = new byte[in.remaining()];
    in.duplicate().get(copy);
    return new Bytes(copy, 0, copy.length, true);
  }

  @SuppressWarnings("ByteBufferBackingArray") // only asks whether it is the same one
  private static boolean shareArray(ByteBuffer in, ByteBuffer out) {
    return out.hasArray() && out.array() == in.array();
  }

  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  /** Wipes the private copy. */
  @Override
  public void close() {
    if (copied) {
      Arrays.fill(array, (byte) 0);
    }
  }
}
