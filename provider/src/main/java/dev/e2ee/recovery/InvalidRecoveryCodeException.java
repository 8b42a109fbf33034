package dev.e2ee.recovery;

import java.security.InvalidKeyException;

/**
 * What was typed is no recovery code: its length, a character or its checksum is wrong. No key was
 * derived; type it again.
 */
public final class InvalidRecoveryCodeException extends InvalidKeyException {
  private static final long serialVersionUID = 1L;

  InvalidRecoveryCodeException(String message) {
    super(message);
  }
}
