package dev.e2ee.custody.tck.example;

import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.KeyId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** One record of each attempt. */
record ExampleAudit(AuditSink sink) {
  /** What is learned of an attempt on the way. */
  static final class Attempt {
    private Optional<KeyId> key = Optional.empty();
    private int generation;
    private Optional<String> aad = Optional.empty();

    Attempt on(KeyId id, int number) {
      key = Optional.of(id);
      generation = number;
      return this;
    }

    void with(byte[] bytes) {
      aad = Optional.of(HexFormat.of().formatHex(sha256(bytes)));
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  <T> T attempt(String operation, Function<Attempt, T> work) {
    Attempt attempt = new Attempt();
    Instant start = Instant.now();
    Optional<Kind> outcome = Optional.of(Kind.TRANSIENT);
    try {
      T result = work.apply(attempt);
      outcome = Optional.empty();
      return result;
    } catch (CustodyException e) {
      outcome = Optional.of(e.kind());
      throw e;
    } finally {
      Instant end = Instant.now();
      Duration took = end.isBefore(start) ? Duration.ZERO : Duration.between(start, end);
      try {
        sink.record(
            new AuditRecord(
                UUID.randomUUID(),
                end,
                operation,
                attempt.key,
                attempt.generation,
                outcome,
                took,
                attempt.aad,
                Optional.empty()));
      } catch (RuntimeException e) {
        // The audit's own trouble changes no outcome.
      }
    }
  }
}
