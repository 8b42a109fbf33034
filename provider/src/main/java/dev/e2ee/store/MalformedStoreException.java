package dev.e2ee.store;

import java.security.GeneralSecurityException;

/**
 * These bytes or this text are not what they are taken for: no sealed record, no encrypted name, no
 * export of a store's keys, or an export that asks for a derivation out of bounds. Nothing was
 * derived and no memory was taken.
 */
public final class MalformedStoreException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong; only of public bytes. */
  public MalformedStoreException(String message) {
    super(message);
  }

  /** The same with its cause. */
  public MalformedStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
