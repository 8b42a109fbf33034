package dev.e2ee.recovery;

import java.security.GeneralSecurityException;

/**
 * These bytes are not a recovery wrap, or ask for a derivation out of bounds. Nothing was derived
 * and no memory was taken.
 */
public final class MalformedRecoveryWrapException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong; only of public bytes. */
  public MalformedRecoveryWrapException(String message) {
    super(message);
  }

  /** The same with its cause. */
  public MalformedRecoveryWrapException(String message, Throwable cause) {
    super(message, cause);
  }
}
