package dev.e2ee.keyring;

import java.security.GeneralSecurityException;

/**
 * Bytes that are no keyring, document, blob, or another message of Starfish's, whoever made them.
 * {@code testvectors/spec/keyring.md}, sections 2 to 5 and 8.
 */
public final class KeyringFormatException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** For this module. */
  public KeyringFormatException(String message) {
    super(message);
  }
}
