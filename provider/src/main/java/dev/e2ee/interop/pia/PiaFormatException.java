package dev.e2ee.interop.pia;

import java.security.GeneralSecurityException;

/** A record that is not in PIA's format: base64, a length, or the compressed body is wrong. */
public final class PiaFormatException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  PiaFormatException(String message) {
    super(message);
  }

  PiaFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
