package dev.e2ee.invite;

import java.security.InvalidKeyException;

/** What was typed is no code of an invite that can be accepted. No key was derived. */
public final class InvalidInviteCodeException extends InvalidKeyException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** A character, the length or the checksum is wrong: compare it, and type it again. */
    TYPING_ERROR,
    /** It is a recovery code, which opens everything: never give it to another device. */
    RECOVERY_CODE,
    /** It is of a later version of this software. */
    OTHER_VERSION,
    /** It has expired by this device's clock: ask for a new one. */
    EXPIRED,
    /** It expires later than an invite may: this device's clock, or the other's, is wrong. */
    EXPIRES_TOO_LATE
  }

  private final Reason reason;

  InvalidInviteCodeException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
