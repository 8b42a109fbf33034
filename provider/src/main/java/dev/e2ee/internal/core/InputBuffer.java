package dev.e2ee.internal.core;

import java.util.Arrays;

/** Private memory that collects input up to a limit, and is wiped. */
public final class InputBuffer {
  private final int limit;
  private byte[] bytes = new byte[0];
  private int size;

  /** That takes so many bytes. */
  public InputBuffer(int limit) {
    this.limit = limit;
  }

  /** How many it has. */
  public int size() {
    return size;
  }

  int limit() {
    return limit;
  }

  /** Whether so many more fit. */
  public boolean takes(int more) {
    return more <= limit - size;
  }

  /** Adds some. */
  public void append(byte[] in, int offset, int length) {
    reserve(length);
    System.arraycopy(in, offset, bytes, size, length);
    size += length;
  }

  /** The bytes collected, in an array that may be longer than {@link #size}. */
  public byte[] array() {
    return bytes;
  }

  /** Overwrites and forgets all. */
  public void wipe() {
    Arrays.fill(bytes, 0, size, (byte) 0);
    size = 0;
  }

  private void reserve(int more) {
    if (!takes(more)) {
      throw new IllegalStateException("over the limit: the caller checks first");
    }
    if (size + more > bytes.length) {
      byte[] larger = new byte[Math.min(limit, Math.max(size + more, 2 * bytes.length))];
      System.arraycopy(bytes, 0, larger, 0, size);
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
  }
}
