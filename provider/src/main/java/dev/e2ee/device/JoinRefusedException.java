package dev.e2ee.device;

import java.security.GeneralSecurityException;

/**
 * A handshake between two devices ended: a message was not what this handshake asks for, or people
 * saw different fingerprints. Start anew, from the new device; when it happens again, somebody
 * between the two devices interferes.
 */
public final class JoinRefusedException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** With what was wrong; only of public data. */
  public JoinRefusedException(String message) {
    super(message);
  }

  /** The same with its cause. */
  public JoinRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
