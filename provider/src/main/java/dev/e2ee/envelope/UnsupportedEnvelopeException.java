package dev.e2ee.envelope;

/**
 * An envelope of a version, suite or wrap algorithm that this build does not open. A newer one may.
 */
public final class UnsupportedEnvelopeException extends MalformedEnvelopeException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong; only of public bytes. */
  public UnsupportedEnvelopeException(String message) {
    super(message);
  }
}
