package dev.e2ee.invite;

import java.security.GeneralSecurityException;

/**
 * A message of the right form that an invite does not take; nothing was given away. {@code
 * testvectors/spec/invite.md}, section 3.
 */
public final class InviteRefusedException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** The message is another invite's; this one goes on. */
    OTHER_INVITE,
    /** It is altered, or by somebody who has not the code; the invite goes on. */
    NOT_AUTHENTIC,
    /** It is by somebody with the code, who does not hold the keys that it shows. */
    NOT_ITS_KEYS,
    /** The peer has this device's own keys. */
    ITSELF,
    /** By this device's clock the invite is over. */
    EXPIRED,
    /** A second one has used the code: it is known to somebody else. The invite has ended. */
    USED
  }

  private final Reason reason;

  /** For this package and its inner ones; the message tells only what is public. */
  public InviteRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The same with its cause. */
  public InviteRefusedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
