package dev.e2ee.token;

import java.security.GeneralSecurityException;

/** These bytes are not the wrap of an API token. Nothing was derived. */
public final class MalformedApiTokenWrapException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong; only of public bytes. */
  public MalformedApiTokenWrapException(String message) {
    super(message);
  }
}
