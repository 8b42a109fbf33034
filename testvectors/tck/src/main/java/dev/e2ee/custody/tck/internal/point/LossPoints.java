package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.InTime;
import dev.e2ee.custody.tck.internal.ground.Load;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** A store that goes away, or does not answer. */
final class LossPoints {
  /** What may be said of a store that is gone: nothing about its keys, or about wraps. */
  private static final Set<Kind> GONE = EnumSet.of(Kind.REMOVED, Kind.TRANSIENT, Kind.TIMEOUT);

  /** Long enough for {@link InTime} to see twice of it. */
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  /** A person may be asked to pull a cable, and a server to start. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final byte[] AAD = {4};

  private LossPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Loss");
    return List.of(
        topic.point(
            "lost-under-load",
            "A store that goes away is REMOVED, TRANSIENT or TIMEOUT within the deadline, and serves"
                + " again by itself",
            Set.of(Fault.LOSS),
            LossPoints::lost),
        topic.point(
            "lost-makes-nothing",
            "While a store is gone no key is said to be missing, and none is made",
            Set.of(Fault.LOSS),
            LossPoints::makesNothing),
        topic.point(
            "frozen",
            "A store that does not answer costs a deadline and nothing else",
            Set.of(Fault.FREEZE),
            LossPoints::frozen));
  }

  private static String lost(Ground ground) throws IOException, InterruptedException {
    TestedStore store = ground.store();
    KeyCustody custody = ground.unlocked(ground.options().withDeadline(DEADLINE));
    CustodyKey key = ground.umk(custody, "lost");
    int losses = ground.effort().losses();
    InTime inTime = new InTime(DEADLINE);
    try (Load load = new Load(custody, key, 4, GONE, inTime)) {
      load.untilItSucceeds(PATIENCE);
      for (int i = 0; i < losses; i++) {
        int before = load.failed();
        store.lose();
        load.untilItFails(before, PATIENCE);
        store.bringBack();
        load.untilItSucceeds(PATIENCE);
      }
      load.end();
    }
    Check.equal(key.id(), custody.find(ground.name("lost")).id(), "the key after all that");
    return losses + " losses, " + inTime;
  }

  private static String makesNothing(Ground ground) throws IOException, InterruptedException {
    TestedStore store = ground.store();
    KeyCustody custody = ground.unlocked(ground.options().withDeadline(DEADLINE));
    CustodyKey key = ground.umk(custody, "kept");
    InTime inTime = new InTime(DEADLINE);
    DekWrap umk = inTime.each(Check.wrapOf(key));
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = umk.wrap(dek, AAD);
      List<KeyDescription> before = custody.list();
      store.lose();
      String kept = ground.name("kept");
      String none = ground.name("none");
      refused(inTime, "find(name)", () -> custody.find(kept));
      refused(inTime, "find(name) of no key", () -> custody.find(none));
      refused(inTime, "find(id)", () -> custody.find(key.id()));
      refused(inTime, "generate()", () -> custody.generate(none, KeyKind.UMK));
      refused(inTime, "rotate()", () -> custody.rotate(kept));
      Check.that(
          custody.health().status() != Status.READY, "health() is READY while the store is gone");
      store.bringBack();
      resumed(umk, wrapped, dek);
      Check.equal(before, custody.list(), "what the store has after it came back");
    }
    return inTime.toString();
  }

  private static void refused(InTime inTime, String what, Supplier<CustodyKey> operation) {
    String gone = what + " while the store is gone";
    Check.refused(GONE, gone, () -> inTime.done(gone, operation));
  }

  /** The first operations after it may still fail as those before. */
  private static void resumed(DekWrap umk, byte[] wrapped, SecretBytes dek)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        Check.opens(umk, wrapped, AAD, dek, "a wrap after the store came back");
        return;
      } catch (CustodyException e) {
        Check.among(GONE, "an operation after the store came back", e);
        Check.that(System.nanoTime() < end, () -> "the store is back, and not served: " + e);
        Thread.sleep(20);
      }
    }
  }

  private static String frozen(Ground ground) throws IOException, InterruptedException {
    TestedStore store = ground.store();
    KeyCustody custody = ground.unlocked(ground.options().withDeadline(DEADLINE));
    InTime inTime = new InTime(DEADLINE);
    DekWrap umk = inTime.each(Check.wrapOf(ground.umk(custody, "frozen")));
    int freezes = ground.effort().freezes();
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = umk.wrap(dek, AAD);
      for (int i = 0; i < freezes; i++) {
        String name = ground.name("frozen-" + i);
        store.freeze();
        try {
          String change = "a change of a store that does not answer";
          Check.refused(
              Kind.TIMEOUT,
              change,
              () -> inTime.done(change, () -> custody.generate(name, KeyKind.UMK)));
          unwrapsOrTimesOut(umk, wrapped, dek);
          unlocksOrTimesOut(ground, inTime);
        } finally {
          store.thaw();
        }
        resumed(umk, wrapped, dek);
        Check.opens(umk, umk.wrap(dek, AAD), AAD, dek, "a wrap after the store answers again");
      }
      Check.refused(
          Kind.MISSING, "finding no key after that", () -> custody.find(ground.name("none")));
    }
    return freezes + " freezes, " + inTime;
  }

  /** For whoever comes only now, too. */
  private static void unlocksOrTimesOut(Ground ground, InTime inTime) {
    CustodyOptions options = ground.options().withDeadline(DEADLINE);
    try (KeyCustody anew =
        inTime.done("opening a store that does not answer", () -> ground.open(options))) {
      inTime.done(
          "unlock() of a store that does not answer",
          () -> {
            anew.unlock();
            return anew;
          });
    } catch (CustodyException e) {
      Check.among(EnumSet.of(Kind.TIMEOUT), "opening a store that does not answer", e);
    }
  }

  /** A store may be able to read while it cannot write. */
  private static void unwrapsOrTimesOut(DekWrap umk, byte[] wrapped, SecretBytes dek) {
    try {
      Check.opens(umk, wrapped, AAD, dek, "a wrap of a store that does not answer");
    } catch (CustodyException e) {
      Check.among(EnumSet.of(Kind.TIMEOUT), "unwrapping in a store that does not answer", e);
      Check.that(!e.mayHaveTakenEffect(), "unwrapping is said to have changed the store");
    }
  }
}
