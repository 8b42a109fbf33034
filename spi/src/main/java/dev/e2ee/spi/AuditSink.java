package dev.e2ee.spi;

/**
 * Takes one record for each attempt at an operation. Called on the operating thread after the
 * outcome is known; an exception from it is ignored and never changes the outcome.
 */
@FunctionalInterface
public interface AuditSink {
  /** Keeps nothing. */
  AuditSink NONE = event -> {};

  /** One attempt has ended. */
  void record(AuditRecord event);
}
