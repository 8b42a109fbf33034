package dev.e2ee.interop.acontext;

import java.security.GeneralSecurityException;

/**
 * What is not in Acontext's format, or says that it is not encrypted: a token, an object's
 * metadata, a stored text, a verifier. Nothing was derived or decrypted.
 */
public final class AcontextFormatException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  AcontextFormatException(String message) {
    super(message);
  }

  AcontextFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
