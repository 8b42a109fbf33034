package dev.e2ee.cli.custody;

import dev.e2ee.custody.tck.report.CustodyReport;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.AuditSink;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Records that the TCK runs over a store. The points' own operations are not recorded: they open
 * the store with audits of their own, which is a part of what they try.
 */
final class TestRecord {
  private final AuditSink audit;
  private final String names;
  private final long start = System.nanoTime();

  /** Of a run whose keys' names begin so. */
  TestRecord(AuditSink audit, String names) {
    this.audit = audit;
    this.names = names;
  }

  /** A run that is stopped has this one alone. */
  void begins(int points) {
    record("tck-begin", "points: " + points + "; names of keys begin with " + names);
  }

  void ended(CustodyReport report, Leftovers left) {
    record("tck-end", report.sum() + "; left: " + left.fact());
  }

  private void record(String operation, String reason) {
    audit.record(
        new AuditRecord(
            UUID.randomUUID(),
            Instant.now(),
            operation,
            Optional.empty(),
            0,
            Optional.empty(),
            Duration.ofNanos(System.nanoTime() - start),
            Optional.empty(),
            Optional.of(reason)));
  }
}
