package dev.e2ee.custody.tck.internal.ground;

import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the records of an audit, and checks that each attempt gives one. */
public final class Trail implements AuditSink {
  private final List<AuditRecord> records = new ArrayList<>();

  /** Of nothing yet. */
  public Trail() {}

  @Override
  public synchronized void record(AuditRecord event) {
    records.add(event);
  }

  /** All records so far. */
  public synchronized List<AuditRecord> records() {
    return List.copyOf(records);
  }

  /** The one record of what must succeed. */
  public AuditRecord done(String what, Check.Action action) {
    return one(what, Optional.empty(), action);
  }

  /** The one record of what must be refused. */
  public AuditRecord refused(Kind kind, String what, Check.Action action) {
    return one(what, Optional.of(kind), () -> Check.refused(kind, what, action));
  }

  private AuditRecord one(String what, Optional<Kind> outcome, Check.Action action) {
    int before = records().size();
    action.run();
    List<AuditRecord> now = records();
    Check.equal(1, now.size() - before, "the number of audit records of one attempt to " + what);
    AuditRecord record = now.get(before);
    Check.equal(
        outcome.<Object>map(CustodyException.Kind::name).orElse("success"),
        record.outcome().<Object>map(CustodyException.Kind::name).orElse("success"),
        "the outcome in the audit record of " + what);
    return record;
  }
}
