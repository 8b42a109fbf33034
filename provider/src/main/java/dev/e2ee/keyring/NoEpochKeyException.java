package dev.e2ee.keyring;

import java.security.GeneralSecurityException;

/** This device has no key of an epoch, and why. {@code testvectors/spec/keyring.md}, section 7. */
public final class NoEpochKeyException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** Why there is none. */
  public enum Reason {
    /** The device is in no epoch: a member has to add it. */
    NOT_A_MEMBER,
    /** The device was a member, and was removed. */
    REMOVED,
    /** The device joined in a later epoch; a member can seal the record anew. */
    JOINED_LATER,
    /** The keyring has no such epoch: fetch a newer one. */
    UNKNOWN_EPOCH,
    /** The device's entry of that epoch, in a keyring without a head, is not authentic. */
    DAMAGED
  }

  private final Reason reason;

  /** For this package and its inner ones. */
  public NoEpochKeyException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why there is none. */
  public Reason reason() {
    return reason;
  }
}
