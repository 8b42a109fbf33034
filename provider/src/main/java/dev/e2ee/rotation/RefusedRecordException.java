package dev.e2ee.rotation;

import org.jspecify.annotations.Nullable;

/** A record that was not moved, and not touched; the message says why, and holds no secret. */
public final class RefusedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The closed set of reasons. A caller may switch on it without a default. */
  public enum Reason {
    /** These bytes are no envelope. */
    MALFORMED,
    /** An envelope that asks for something that this build, or this profile, does not do. */
    UNSUPPORTED,
    /** It names a key that is neither the new one nor one of the old ones. */
    OTHER_KEY,
    /** It does not open: altered, or of another context than the application gave for its id. */
    NOT_AUTHENTIC,
    /** The application's function gave no context for its id. */
    NO_CONTEXT,
    /** The store could not read it, or could not write it. */
    STORE
  }

  private final Reason reason;

  RefusedRecordException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The reason. */
  public Reason reason() {
    return reason;
  }
}
