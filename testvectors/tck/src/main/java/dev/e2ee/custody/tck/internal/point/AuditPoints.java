package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Crowd;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.Trail;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One record of each attempt, and no secret in it. */
final class AuditPoints {
  private AuditPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Audit");
    return List.of(
        topic.point(
            "audit-complete",
            "Each attempt gives one record with its outcome and its key, and no secret in it",
            AuditPoints::complete),
        topic.point(
            "audit-of-threads",
            "The attempts of many threads give a record each",
            AuditPoints::ofThreads),
        topic.point(
            "audit-sink-fails", "An audit that fails changes no outcome", AuditPoints::brokenSink));
  }

  private static String complete(Ground ground) throws GeneralSecurityException {
    Trail trail = new Trail();
    CustodyOptions options = ground.options().withAuditSink(trail);
    KeyCustody custody = ground.open(options);
    Check.equal(1, trail.records().size(), "the number of audit records of opening");
    String name = ground.name("audited");
    String none = ground.name("none");
    trail.refused(Kind.LOCKED, "find a key while locked", () -> custody.find(name));
    trail.done("unlock", custody::unlock);
    AuditRecord made = trail.done("generate", () -> custody.generate(name, KeyKind.UMK));
    CustodyKey key = custody.find(name);
    of(made, key.id(), 1, "generate");
    trail.refused(
        Kind.CONFLICT, "generate a name that is taken", () -> custody.generate(name, KeyKind.UMK));
    of(trail.done("find by name", () -> custody.find(name)), key.id(), 1, "find by name");
    of(trail.done("find by id", () -> custody.find(key.id())), key.id(), 1, "find by id");
    trail.refused(Kind.MISSING, "find no key", () -> custody.find(none));
    trail.done("list", custody::list);
    wraps(trail, key);
    AuditRecord rotated = trail.done("rotate", () -> custody.rotate(name));
    of(rotated, custody.find(name).id(), 2, "rotate");
    of(trail.done("retire", () -> custody.retire(key.id())), key.id(), 1, "retire");
    trail.done("lock", custody::lock);
    List<AuditRecord> records = trail.records();
    Check.equal(
        (long) records.size(),
        records.stream().map(AuditRecord::requestId).distinct().count(),
        "the number of request ids of " + records.size() + " records");
    for (AuditRecord record : records) {
      ground.requireQuiet(record.toString(), "the audit record of " + record.operation());
      Check.that(!record.operation().isBlank(), "an audit record names no operation");
      Check.that(!record.duration().isNegative(), "an attempt took less than no time");
    }
    return records.size() + " records";
  }

  private static void wraps(Trail trail, CustodyKey key) throws GeneralSecurityException {
    byte[] aad = Check.aad(9);
    DekWrap umk = Check.wrapOf(key);
    try (SecretBytes dek = Check.dek(1);
        SecretBytes shorter = SecretBytes.adopt(new byte[31])) {
      byte[] wrapped = umk.wrap(dek, aad);
      ofAad(trail.done("wrap", () -> umk.wrap(dek, aad)), key.id(), aad, "wrap");
      ofAad(trail.done("unwrap", () -> umk.unwrap(wrapped, aad).close()), key.id(), aad, "unwrap");
      byte[] other = Check.aad(8);
      AuditRecord altered =
          trail.refused(
              Kind.INTEGRITY, "unwrap with another AAD", () -> umk.unwrap(wrapped, other).close());
      ofAad(altered, key.id(), other, "unwrap with another AAD");
      trail.refused(Kind.POLICY, "wrap a DEK of 31 bytes", () -> umk.wrap(shorter, aad));
      String plain = HexFormat.of().formatHex(dek.copy());
      Check.that(!trail.records().toString().contains(plain), "an audit record shows a DEK");
    }
  }

  private static void of(AuditRecord record, KeyId id, int generation, String what) {
    Check.equal(Optional.of(id), record.key(), "the key in the audit record of " + what);
    Check.equal(generation, record.generation(), "the generation in the audit record of " + what);
  }

  private static void ofAad(AuditRecord record, KeyId id, byte[] aad, String what)
      throws GeneralSecurityException {
    of(record, id, 1, what);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(aad);
    Check.equal(
        Optional.of(HexFormat.of().formatHex(hash)),
        record.aadSha256(),
        "the hash of the AAD in the audit record of " + what);
  }

  private static String ofThreads(Ground ground) throws Exception {
    Trail trail = new Trail();
    KeyCustody custody = ground.unlocked(ground.options().withAuditSink(trail));
    DekWrap umk = Check.wrapOf(ground.umk(custody, "threads"));
    int threads = 8;
    int operations = 50;
    int before = trail.records().size();
    Crowd.of(
        threads,
        thread -> {
          try (SecretBytes dek = Check.dek(thread)) {
            for (int i = 0; i < operations; i++) {
              byte[] aad = {(byte) thread, (byte) i};
              Check.opens(umk, umk.wrap(dek, aad), aad, dek, "a wrap");
            }
          }
        });
    int expected = threads * operations * 2;
    Check.equal(expected, trail.records().size() - before, "the number of audit records");
    return expected + " records";
  }

  private static String brokenSink(Ground ground) {
    AtomicInteger called = new AtomicInteger();
    KeyCustody custody =
        ground.unlocked(
            ground
                .options()
                .withAuditSink(
                    event -> {
                      called.incrementAndGet();
                      throw new IllegalStateException("the log is full");
                    }));
    CustodyKey key = ground.umk(custody, "full");
    byte[] aad = Check.aad(1);
    try (SecretBytes dek = Check.dek(1)) {
      Check.opens(Check.wrapOf(key), Check.wrapOf(key).wrap(dek, aad), aad, dek, "a wrap");
    }
    Check.refused(Kind.MISSING, "finding no key", () -> custody.find(ground.name("none")));
    Check.that(called.get() > 0, "the audit was told nothing");
    return "";
  }
}
