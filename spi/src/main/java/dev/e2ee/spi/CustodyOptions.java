package dev.e2ee.spi;

import java.security.Provider;
import java.time.Duration;
import java.util.Optional;
import javax.security.auth.callback.CallbackHandler;
import org.jspecify.annotations.Nullable;

/**
 * How a store may behave towards its caller. Immutable.
 *
 * <p>The default prompts nobody, waits ten seconds at the most and keeps no audit.
 */
public final class CustodyOptions {
  private static final CustodyOptions DEFAULTS =
      new CustodyOptions(null, false, Duration.ofSeconds(10), AuditSink.NONE, null);

  private final @Nullable CallbackHandler callbackHandler;
  private final boolean interactionAllowed;
  private final Duration deadline;
  private final AuditSink auditSink;
  private final @Nullable Provider engine;

  private CustodyOptions(
      @Nullable CallbackHandler callbackHandler,
      boolean interactionAllowed,
      Duration deadline,
      AuditSink auditSink,
      @Nullable Provider engine) {
    this.callbackHandler = callbackHandler;
    this.interactionAllowed = interactionAllowed;
    this.deadline = deadline;
    this.auditSink = auditSink;
    this.engine = engine;
  }

  /** No handler, no interaction, a deadline of ten seconds, no audit. */
  public static CustodyOptions defaults() {
    return DEFAULTS;
  }

  /**
   * With a handler that answers a {@link javax.security.auth.callback.PasswordCallback}: the PIN or
   * passphrase. It is asked once for each {@link KeyCustody#unlock}; whether it asks a person is
   * its own affair.
   */
  public CustodyOptions withCallbackHandler(CallbackHandler handler) {
    return new CustodyOptions(handler, interactionAllowed, deadline, auditSink, engine);
  }

  /** Whether the back end's own prompts (a keychain's dialogue, a PIN pad) may be shown. */
  public CustodyOptions withInteraction(boolean allowed) {
    return new CustodyOptions(callbackHandler, allowed, deadline, auditSink, engine);
  }

  /**
   * How long one operation may take before it answers TIMEOUT.
   *
   * @throws IllegalArgumentException when it is not positive
   */
  public CustodyOptions withDeadline(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("the deadline must be positive, not " + limit);
    }
    return new CustodyOptions(callbackHandler, interactionAllowed, limit, auditSink, engine);
  }

  /** Who is told of each attempt. */
  public CustodyOptions withAuditSink(AuditSink sink) {
    return new CustodyOptions(callbackHandler, interactionAllowed, deadline, sink, engine);
  }

  /**
   * The JCA provider for what the back end computes in this JVM; without one, the engine that the
   * property {@code e2ee.engine} names, or else the JDK's own.
   */
  public CustodyOptions withEngine(Provider provider) {
    return new CustodyOptions(callbackHandler, interactionAllowed, deadline, auditSink, provider);
  }

  /** Who answers for the PIN or passphrase, when the URI names no source. */
  public Optional<CallbackHandler> callbackHandler() {
    return Optional.ofNullable(callbackHandler);
  }

  /** Whether the back end's own prompts may be shown. */
  public boolean interactionAllowed() {
    return interactionAllowed;
  }

  /** How long one operation may take. */
  public Duration deadline() {
    return deadline;
  }

  /** Who is told of each attempt. */
  public AuditSink auditSink() {
    return auditSink;
  }

  /** The JCA provider for what the back end computes in this JVM; empty for the configured one. */
  public Optional<Provider> engine() {
    return Optional.ofNullable(engine);
  }
}
