package dev.e2ee.benchmarks.implementation;

import java.security.GeneralSecurityException;

/** A record cipher that can write into a buffer which its caller keeps. */
public interface BufferCipher extends RecordCipher {
  /**
   * As {@link #seal}, into the start of a buffer.
   *
   * @return the number of bytes written
   */
  int seal(byte[] plaintext, byte[] out) throws GeneralSecurityException;

  /**
   * As {@link #open}, into the start of a buffer.
   *
   * @return the number of bytes written
   */
  int open(byte[] sealed, byte[] out) throws GeneralSecurityException;
}
