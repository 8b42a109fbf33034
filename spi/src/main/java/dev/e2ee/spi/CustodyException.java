package dev.e2ee.spi;

import java.security.ProviderException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Why a custody back end did not do what it was asked.
 *
 * <p>Unchecked, because it has to pass through {@code Cipher.doFinal}; a {@link ProviderException},
 * so that applications that know only JCA meet the type they know. The message tells a person what
 * to do next and holds no secret, PIN or URI query.
 */
public final class CustodyException extends ProviderException {
  private static final long serialVersionUID = 1L;

  /** The closed set of reasons. A caller may switch on it without a default. */
  public enum Kind {
    /** The store is there but not unlocked; unlocking needs a PIN, passphrase or a person. */
    LOCKED,
    /** The PIN or passphrase was wrong. Latched: no further try until a new one is given. */
    AUTH_FAILED,
    /** The device refuses further tries, or the next wrong one would lock it. */
    AUTH_LOCKED_OUT,
    /** A person dismissed the prompt. */
    CANCELLED,
    /** The device or its server is gone. */
    REMOVED,
    /** The store was readable, and what was looked for is proven not to be there. */
    MISSING,
    /** More than one object fits; the back end does not guess. */
    AMBIGUOUS,
    /** The store or the operating system forbids it: permissions, attributes, access control. */
    DENIED,
    /** A fault that may pass; nothing is known to be wrong with the key. */
    TRANSIENT,
    /** The deadline passed. */
    TIMEOUT,
    /** No more sessions, handles, memory, space or nonce budget. */
    EXHAUSTED,
    /** The input is not authentic: wrong context, altered bytes, or made under another key. */
    INTEGRITY,
    /** The store itself is torn or altered. */
    CORRUPT,
    /** Somebody else changed the store, or a name is taken. */
    CONFLICT,
    /** The input is longer than the back end takes. */
    TOO_LARGE,
    /** The back end, or this build of it, cannot do that. */
    UNSUPPORTED,
    /** A rule of ours forbids it: bounds, states, residency. */
    POLICY,
    /** The custody or the key was closed. */
    CLOSED
  }

  private final Kind kind;
  private final boolean mayHaveTakenEffect;
  private final long nativeCode;
  private final boolean hasNativeCode;

  /** An error of an operation that had no effect. */
  public CustodyException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** An error of an operation that had no effect, with its cause. */
  public CustodyException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, cause, false, OptionalLong.empty());
  }

  /**
   * An error with everything that is known of it.
   *
   * @param mayHaveTakenEffect whether the store may have changed all the same; never retried
   *     blindly
   * @param nativeCode the back end's own number for it, such as a CKR value
   */
  public CustodyException(
      Kind kind,
      String message,
      @Nullable Throwable cause,
      boolean mayHaveTakenEffect,
      OptionalLong nativeCode) {
    super(message, cause);
    this.kind = kind;
    this.mayHaveTakenEffect = mayHaveTakenEffect;
    this.hasNativeCode = nativeCode.isPresent();
    this.nativeCode = nativeCode.orElse(0);
  }

  /** The message with the kind before it: what logs and stack traces show. */
  @Override
  public String getLocalizedMessage() {
    return "[" + kind + "] " + getMessage();
  }

  /** The reason. */
  public Kind kind() {
    return kind;
  }

  /** Whether the operation may have changed the store in spite of the error. */
  public boolean mayHaveTakenEffect() {
    return mayHaveTakenEffect;
  }

  /** The back end's own error number, where it has one. */
  public OptionalLong nativeCode() {
    return hasNativeCode ? OptionalLong.of(nativeCode) : OptionalLong.empty();
  }
}
