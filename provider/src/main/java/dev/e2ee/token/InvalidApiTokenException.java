package dev.e2ee.token;

import java.security.InvalidKeyException;

/**
 * A text is no API token of version 2: its prefix, its length, a character, its version or its
 * check is wrong. Nothing was derived or sent; copy it again from where it was kept.
 */
public final class InvalidApiTokenException extends InvalidKeyException {
  private static final long serialVersionUID = 1L;

  InvalidApiTokenException(String message) {
    super(message);
  }
}
