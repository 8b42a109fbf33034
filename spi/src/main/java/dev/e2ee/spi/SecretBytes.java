package dev.e2ee.spi;

import java.lang.invoke.VarHandle;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Secret bytes that are wiped when they are closed.
 *
 * <p>An instance owns its array: {@link #copyOf} copies in, {@link #copy} copies out, {@link
 * #adopt} takes over an array that nobody else keeps. Equality is identity, {@link #toString} says
 * nothing about the content. Wiping is best effort: the JVM may have moved the array before, and
 * ciphers keep copies of their own.
 *
 * <p>Safe for use by many threads, without a lock: a copy is of all the bytes as they were, or
 * there is none, whenever another thread closes.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] bytes;
  private volatile boolean closed;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A new secret with a copy of the given bytes; the caller still owns, and wipes, its array. */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /** A new secret that takes over the given array: the caller must not use it again. */
  public static SecretBytes adopt(byte[] bytes) {
    return new SecretBytes(bytes);
  }

  /** The length in bytes; still known after {@link #close}. */
  public int length() {
    return bytes.length;
  }

  /**
   * A fresh copy of the bytes, which the caller wipes.
   *
   * @throws IllegalStateException when closed
   */
  public byte[] copy() {
    byte[] copy = bytes.clone();
    // Whoever read a wiped byte sees closed too: it is set before the first of them is wiped.
    VarHandle.loadLoadFence();
    if (closed) {
      Arrays.fill(copy, (byte) 0);
      throw new IllegalStateException("the secret was closed and wiped; fetch it anew");
    }
    return copy;
  }

  /** Whether both hold the same bytes, compared in time that depends on the lengths only. */
  public boolean sameBytes(SecretBytes other) {
    byte[] mine = copy();
    byte[] theirs = other.copy();
    try {
      return MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /** Wipes the bytes; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
    VarHandle.storeStoreFence();
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "SecretBytes[" + bytes.length + " bytes]";
  }
}
