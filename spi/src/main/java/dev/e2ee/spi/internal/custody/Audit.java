package dev.e2ee.spi.internal.custody;

import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.KeyId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives the sink one record for each attempt, whatever its outcome. */
public final class Audit {
  private final AuditSink sink;

  /** For one sink. */
  public Audit(AuditSink sink) {
    this.sink = sink;
  }

  /** What is known of an attempt while it runs. */
  public static final class Attempt {
    private final String operation;
    private @Nullable KeyId key;
    private int generation;
    private byte @Nullable [] aad;
    private @Nullable String reason;

    private Attempt(String operation) {
      this.operation = operation;
    }

    /** Names the key that is used. */
    public Attempt on(KeyId id, int ofGeneration) {
      key = id;
      generation = ofGeneration;
      return this;
    }

    /** Names the AAD, of which only the SHA-256 is recorded. */
    public Attempt with(byte[] additional) {
      aad = additional;
      return this;
    }

    /** Gives the caller's reason, or what a person should know. */
    public Attempt because(String text) {
      reason = text;
      return this;
    }
  }

  /** Runs an operation and records how it ended. */
  public <T> T attempt(String operation, Function<Attempt, T> work) {
    Attempt attempt = new Attempt(operation);
    long start = System.nanoTime();
    // What stays when something ends it that is no answer of ours.
    Optional<Kind> outcome = Optional.of(Kind.TRANSIENT);
    try {
      T result = work.apply(attempt);
      outcome = Optional.empty();
      return result;
    } catch (CustodyException e) {
      outcome = Optional.of(e.kind());
      throw e;
    } finally {
      record(attempt, outcome, System.nanoTime() - start);
    }
  }

  private void record(Attempt attempt, Optional<Kind> outcome, long nanos) {
    if (sink == AuditSink.NONE) {
      return;
    }
    AuditRecord event =
        new AuditRecord(
            UUID.randomUUID(),
            Instant.now(),
            attempt.operation,
            Optional.ofNullable(attempt.key),
            attempt.generation,
            outcome,
            Duration.ofNanos(nanos),
            Optional.ofNullable(attempt.aad).map(Audit::sha256),
            Optional.ofNullable(attempt.reason));
    try {
      sink.record(event);
    } catch (RuntimeException e) {
      // AuditSink: an exception from it never changes the outcome.
    }
  }

  private static String sha256(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("every Java platform has SHA-256, this one does not", e);
    }
  }
}
