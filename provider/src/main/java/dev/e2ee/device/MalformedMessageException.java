package dev.e2ee.device;

import java.security.GeneralSecurityException;

/**
 * These bytes are not what they are taken for: a length, a magic number, a field's value is wrong,
 * or they are of another kind of message. No key was touched.
 */
public final class MalformedMessageException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong; only of public bytes. */
  public MalformedMessageException(String message) {
    super(message);
  }

  /** The same with its cause. */
  public MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
