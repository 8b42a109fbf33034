package dev.e2ee.keyring;

import java.security.GeneralSecurityException;

/**
 * A keyring of the right form that is not to be trusted; nothing was opened, sealed or remembered.
 * A server that does nothing wrong never causes it. {@code testvectors/spec/keyring.md}, sections 5
 * to 7.
 */
public final class KeyringRefusedException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** No signer of this collection is pinned: pin one whose key was compared. */
    NOTHING_PINNED,
    /** The head is by somebody who is not pinned, or its signature is wrong. */
    NOT_SIGNED,
    /** There is no head, and one is expected. */
    NO_HEAD,
    /** It is another collection's. */
    OTHER_COLLECTION,
    /** It is not what the head's signer signed. */
    NOT_AS_SIGNED,
    /** It is older than what this device has seen. */
    ROLLBACK,
    /** It is not a continuation of what this device has seen: there are two histories. */
    FORK,
    /** A recipient that was there is gone, from a keyring without a head. */
    DROPPED_ENTRY,
    /** An entry, or one of those that are to be carried over, is not by a pinned adder. */
    NOT_TRACEABLE,
    /** The key of an epoch is another than its commitment says, or was when it was seen first. */
    OTHER_KEY
  }

  private final Reason reason;

  /** For this package and its inner ones. */
  public KeyringRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
