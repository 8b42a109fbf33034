package dev.e2ee.internal.core;

import javax.crypto.AEADBadTagException;

/**
 * An envelope being sealed or opened: bytes in pieces of any size go in, bytes come out. For one
 * thread at a time; in and out must not overlap.
 */
public sealed interface EnvelopeOperation extends AutoCloseable
    permits SealingOperation, OpeningOperation, RefusedOperation {
  /** Whether there is room for so many bytes more. */
  boolean takes(long more);

  /** The most bytes that the next call can give for so many. */
  long outputBound(long more);

  /**
   * How many bytes {@link #update} gives for these, or {@link #finish} with them; 0 where it
   * throws.
   *
   * @param in at least the first 4,096 of the bytes, or all of them
   */
  long outputLength(byte[] in, int offset, long length, boolean last);

  /**
   * Takes bytes, and writes what is certain by now.
   *
   * @throws AEADBadTagException when an envelope is refused; the bytes of this call are zero then
   */
  int update(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException;

  /**
   * Takes the last bytes, and writes the rest.
   *
   * @throws AEADBadTagException as {@link #update}
   */
  int finish(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException;

  /** The same into an array of its own, with one copy less. */
  byte[] finish(byte[] in, int offset, int length) throws AEADBadTagException;

  /** Wipes what is left inside. */
  @Override
  void close();
}
