package dev.e2ee.envelope;

import javax.crypto.AEADBadTagException;

/**
 * These bytes are not an envelope: a length, a magic number, a field's value is wrong. No key was
 * touched.
 */
public class MalformedEnvelopeException extends AEADBadTagException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong; only of public bytes. */
  public MalformedEnvelopeException(String message) {
    super(message);
  }
}
