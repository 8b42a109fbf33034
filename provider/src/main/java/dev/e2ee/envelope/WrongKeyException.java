package dev.e2ee.envelope;

import javax.crypto.AEADBadTagException;

/**
 * The envelope names another key, or another generation of it, than the one it is to be opened
 * with. Nothing was decrypted.
 */
public final class WrongKeyException extends AEADBadTagException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong; only of public bytes. */
  public WrongKeyException(String message) {
    super(message);
  }
}
