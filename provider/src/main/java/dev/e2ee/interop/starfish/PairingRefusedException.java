package dev.e2ee.interop.starfish;

import java.security.GeneralSecurityException;

/** A pairing of the right form that is not to be trusted; nothing was installed. */
public final class PairingRefusedException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** The certificate was altered, or its issuer has not signed it. */
    NOT_SIGNED,
    /** It is by another root than the one that is pinned. */
    OTHER_ROOT,
    /** It is for another device. */
    OTHER_DEVICE,
    /** It answers another pairing. */
    OTHER_PAIRING,
    /** It is not valid yet, or no more. */
    NOT_NOW,
    /** Its keys are not for just the collections that the certificate names. */
    OTHER_COLLECTIONS,
    /** A key in it is none that an opened keyring of its collection has. */
    OTHER_KEY
  }

  private final Reason reason;

  PairingRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
