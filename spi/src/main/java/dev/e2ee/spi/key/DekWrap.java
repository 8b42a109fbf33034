package dev.e2ee.spi.key;

import dev.e2ee.spi.SecretBytes;

/** Wrapping of 32-byte DEKs under a UMK that stays in custody. Every wrap is bound to an AAD. */
public interface DekWrap {
  /**
   * The envelope's wrapAlg value for what {@link #wrap} returns: 1 to 4. An envelope takes no
   * other; {@code testvectors/spec/envelope.md}, section 5, says what each is.
   */
  int wrapAlg();

  /**
   * The length of every wrapped DEK, in bytes: 60 with 1, 92 with 2, 72 with 3, 572 or 828 with 4.
   */
  int wrappedLength();

  /**
   * Wraps a DEK with a fresh nonce; no two calls give the same bytes. Only wrapAlg 3 draws nothing:
   * the same DEK and AAD give the same wrap.
   *
   * @param dek 32 bytes; stays the caller's
   * @param aad what the wrap is bound to; may be empty
   * @throws dev.e2ee.spi.CustodyException POLICY when the generation is not PRIMARY, EXHAUSTED when
   *     its nonce budget is used up, LOCKED, CLOSED …
   */
  byte[] wrap(SecretBytes dek, byte[] aad);

  /**
   * Unwraps a DEK.
   *
   * @return 32 bytes, which the caller closes
   * @throws dev.e2ee.spi.CustodyException INTEGRITY for bytes that are not authentic under this key
   *     and AAD, POLICY when the generation is retired, LOCKED, CLOSED …
   */
  SecretBytes unwrap(byte[] wrapped, byte[] aad);

  /**
   * Does nothing while {@link #wrap} may succeed, as far as is known here: without asking a token,
   * a server or a person. It is asked before an application uses something that this key has
   * wrapped before, in place of a new wrap; so it costs microseconds, and is no attempt that is
   * audited. A back end that does not know does nothing: then only the application's own bounds end
   * such use.
   *
   * @throws dev.e2ee.spi.CustodyException what {@link #wrap} would throw: LOCKED, CLOSED, POLICY
   *     when the generation is not PRIMARY …
   */
  default void requireWraps() {}

  /**
   * The same for {@link #unwrap}.
   *
   * @throws dev.e2ee.spi.CustodyException what {@link #unwrap} would throw of the key, whatever the
   *     wrap
   */
  default void requireUnwraps() {}

  /**
   * How often its custody was locked since it was opened. Whoever keeps something that this key has
   * wrapped or unwrapped compares the number: after a lock it is not used any more, also when the
   * custody is unlocked again by then. A back end that does not count says 0.
   */
  default long locks() {
    return 0;
  }

  /**
   * Whether a validated module in approved-only mode does this, and nothing else. A back end that
   * does not know says no.
   */
  default boolean isApproved() {
    return false;
  }
}
