package dev.e2ee.benchmarks.token;

import java.security.GeneralSecurityException;

/** What one thread does in the token; not for several at once. */
interface TokenProgram {
  /** A wrap of the DEK. */
  byte[] wrap() throws GeneralSecurityException;

  /** The DEK of a wrap. */
  byte[] unwrap(byte[] wrap) throws GeneralSecurityException;

  /** HMAC-SHA-256. */
  byte[] mac(byte[] message) throws GeneralSecurityException;

  /** Gives each thread its program. */
  interface Factory {
    /** One more. */
    TokenProgram make() throws GeneralSecurityException;
  }
}
