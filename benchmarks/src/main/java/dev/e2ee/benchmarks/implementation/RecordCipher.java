package dev.e2ee.benchmarks.implementation;

import java.security.GeneralSecurityException;

/** Seals and opens whole records under one key and one context; used by one thread at a time. */
public interface RecordCipher extends AutoCloseable {
  /** The record, encrypted under a fresh data key that the master key wraps. */
  byte[] seal(byte[] plaintext) throws GeneralSecurityException;

  /**
   * The plaintext of what {@link #seal} gave.
   *
   * @throws GeneralSecurityException for anything else
   */
  byte[] open(byte[] sealed) throws GeneralSecurityException;

  /** Closes the master key where the library lets its user do that; most do not. */
  @Override
  default void close() {}
}
