package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.custody.tck.internal.ground.AskedHandler;
import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** LOCKED, MISSING, DENIED, CORRUPT: which is which. */
final class LockPoints {
  private static final byte[] AAD = {3};

  private LockPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Locked, missing, denied");
    return List.of(
        topic.point(
            "locked-is-not-missing",
            "A locked store answers LOCKED for every key, there or not, and makes none",
            LockPoints::locked),
        topic.point(
            "locked-from-outside",
            "A store that is locked from outside answers LOCKED, keeps what it has, and serves again"
                + " once it is unlocked",
            Set.of(Fault.LOCKED),
            LockPoints::lockedFromOutside),
        topic.point(
            "wrong-secret",
            "A wrong secret is told as wrong and tried once, however often it is given",
            Set.of(Fault.WRONG_SECRET),
            LockPoints::wrongSecret),
        topic.point(
            "denied",
            "A store that may not be used answers DENIED, and is whole afterwards",
            Set.of(Fault.DENIED),
            LockPoints::denied),
        topic.point(
            "corrupt",
            "An altered store is CORRUPT: neither tampering with a wrap nor a missing key",
            Set.of(Fault.CORRUPT),
            LockPoints::corrupt));
  }

  private static String locked(Ground ground) {
    KeyCustody custody = ground.unlocked();
    CustodyKey key = ground.umk(custody, "there");
    KeyId id = key.id();
    DekWrap umk = Check.wrapOf(key);
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = umk.wrap(dek, AAD);
      List<KeyDescription> before = custody.list();
      custody.lock();
      allLocked(ground, custody, id);
      Check.refused(Kind.LOCKED, "wrapping while locked", () -> umk.wrap(dek, AAD));
      Check.refused(Kind.LOCKED, "unwrapping while locked", () -> umk.unwrap(wrapped, AAD).close());
      custody.unlock();
      Check.opens(umk, wrapped, AAD, dek, "a wrap after unlocking again");
      Check.equal(before, custody.list(), "what the store has after it was locked");
      Check.refused(
          Kind.MISSING, "finding no key, unlocked", () -> custody.find(ground.name("none")));
      allLocked(ground, ground.locked(), id);
      Check.equal(before, custody.list(), "what the store has after another opening");
    }
    return "";
  }

  private static String lockedFromOutside(Ground ground) throws IOException, InterruptedException {
    TestedStore store = ground.store();
    KeyCustody earlier = ground.unlocked();
    CustodyKey key = ground.umk(earlier, "there");
    DekWrap umk = Check.wrapOf(key);
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = umk.wrap(dek, AAD);
      List<KeyDescription> before = earlier.list();
      store.lock();
      KeyCustody anew;
      String goesOn;
      try {
        anew = ground.locked();
        staysLocked(ground, anew, key.id());
        goesOn = opensOrIsLocked(umk, wrapped, dek);
        earlier.lock();
        staysLocked(ground, earlier, key.id());
      } finally {
        store.unlock();
      }
      for (KeyCustody again : List.of(anew, earlier, ground.locked())) {
        again.unlock();
        Check.equal(before, again.list(), "what the store has after it was locked from outside");
        DekWrap same = Check.wrapOf(again.find(key.id()));
        Check.opens(same, wrapped, AAD, dek, "a wrap after the store was locked from outside");
        Check.refused(
            Kind.MISSING, "finding no key after that", () -> again.find(ground.name("none")));
      }
      ground.umk(anew, "later");
      return goesOn;
    }
  }

  /** It is not opened by the right secret, however often that is tried. */
  private static void staysLocked(Ground ground, KeyCustody custody, KeyId id) {
    for (int i = 0; i < 2; i++) {
      Check.refused(
          Kind.LOCKED, "unlock() of a store that is locked from outside", custody::unlock);
      allLocked(ground, custody, id);
    }
  }

  /** Whoever had it unlocked may go on with what is in their hands. */
  private static String opensOrIsLocked(DekWrap umk, byte[] wrapped, SecretBytes dek) {
    try {
      Check.opens(umk, wrapped, AAD, dek, "a wrap of a store that is locked from outside");
      return "who had unlocked it before goes on";
    } catch (CustodyException e) {
      Check.among(EnumSet.of(Kind.LOCKED), "unwrapping in a store that is locked from outside", e);
      return "who had unlocked it before is locked out too";
    }
  }

  private static void allLocked(Ground ground, KeyCustody custody, KeyId id) {
    Check.equal(Status.LOCKED, custody.health().status(), "the health while locked");
    String there = ground.name("there");
    String none = ground.name("none");
    Check.refused(Kind.LOCKED, "find(name) while locked", () -> custody.find(there));
    Check.refused(Kind.LOCKED, "find(name) of no key while locked", () -> custody.find(none));
    Check.refused(Kind.LOCKED, "find(id) while locked", () -> custody.find(id));
    Check.refused(
        Kind.LOCKED, "generate() while locked", () -> custody.generate(none, KeyKind.UMK));
    Check.refused(Kind.LOCKED, "rotate() while locked", () -> custody.rotate(there));
    Check.refused(Kind.LOCKED, "retire() while locked", () -> custody.retire(id));
  }

  private static String wrongSecret(Ground ground) throws IOException, InterruptedException {
    TestedStore store = ground.store();
    OptionalLong before = store.secretTries();
    AskedHandler wrong = new AskedHandler(store.wrongSecret());
    KeyCustody custody = ground.open(ground.options(wrong));
    Set<Kind> told = EnumSet.of(Kind.AUTH_FAILED);
    int count = ground.effort().wrongTries();
    for (int i = 0; i < count; i++) {
      CustodyException error =
          Check.refused(told, "unlocking with a wrong secret", custody::unlock);
      ground.requireQuiet(error.toString(), "the error of a wrong secret");
      Check.that(
          !error.toString().contains(String.valueOf(store.wrongSecret())),
          "the error of a wrong secret shows the secret that was given");
      if (i == 0) {
        Check.equal(Status.LOCKED, custody.health().status(), "the health after a wrong secret");
        Check.refused(
            Kind.LOCKED, "find() after a wrong secret", () -> custody.find(ground.name("none")));
        told.add(Kind.AUTH_LOCKED_OUT);
      }
    }
    OptionalLong after = store.secretTries();
    if (before.isPresent() && after.isPresent()) {
      Check.equal(
          1L,
          after.getAsLong() - before.getAsLong(),
          "the number of tries that " + count + " calls with a wrong secret cost");
    }
    wrong.answer(store.secret());
    custody.unlock();
    ground.umk(custody, "right");
    wrong.wipe();
    return count
        + " calls"
        + (after.isPresent() ? ", one try" : "; nobody counts the store's tries");
  }

  private static String denied(Ground ground) throws IOException, InterruptedException {
    TestedStore store = ground.store();
    CustodyKey key = ground.umk(ground.unlocked(), "denied");
    store.deny();
    Check.refused(
        Kind.DENIED,
        "opening and unlocking a store that may not be used",
        () -> ground.unlocked().find(ground.name("denied")));
    store.allow();
    Check.equal(key.id(), ground.unlocked().find(ground.name("denied")).id(), "the key afterwards");
    return "";
  }

  private static String corrupt(Ground ground) throws IOException, InterruptedException {
    TestedStore store = ground.store();
    KeyCustody before = ground.unlocked();
    CustodyKey key = ground.umk(before, "corrupt");
    KeyDescription made = key.description();
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = Check.wrapOf(key).wrap(dek, AAD);
      before.close();
      store.corrupt(made);
      for (int i = 0; i < 2; i++) {
        Check.refused(
            Kind.CORRUPT,
            "using a key of an altered store",
            () -> Check.wrapOf(ground.unlocked().find(made.name())).unwrap(wrapped, AAD).close());
      }
      store.repair();
      DekWrap again = Check.wrapOf(ground.unlocked().find(made.id()));
      Check.opens(again, wrapped, AAD, dek, "a wrap after the store was put right");
    }
    return "";
  }
}
