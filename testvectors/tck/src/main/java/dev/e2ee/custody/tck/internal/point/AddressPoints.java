package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.internal.ground.AskedHandler;
import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyInfo;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a store is called, and how it is opened and closed. */
final class AddressPoints {
  private AddressPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Address");
    return List.of(
        topic.point(
            "uri-round-trip",
            "The store's address is canonical, opens it again, and shows no part of its query",
            AddressPoints::roundTrip),
        topic.point(
            "opening-is-quiet",
            "Opening and health ask nobody; an opened store is locked",
            AddressPoints::quiet),
        topic.point(
            "closed-is-closed",
            "After close everything answers CLOSED, keys that were handed out too",
            AddressPoints::closed),
        topic.point(
            "no-store-is-missing",
            "A store that is not there is MISSING or REMOVED, and none is made",
            Set.of(Fault.ABSENT),
            AddressPoints::absent));
  }

  private static String roundTrip(Ground ground) {
    CustodyUri uri = ground.store().uri();
    Check.equal(uri, CustodyUri.parse(uri.canonical()), "the address after a round trip");
    KeyCustody custody = ground.unlocked();
    CustodyKey key = ground.umk(custody, "address");
    KeyId id = key.id();
    CustodyInfo info = custody.info();
    Check.equal(uri.scheme(), info.scheme(), "the scheme of info()");
    Check.that(!info.backend().isBlank(), "info() names no product");
    Check.that(info.location().indexOf('?') < 0, "the location of info() has a query");
    Check.equal(
        info.location(),
        CustodyUri.parse(info.location()).location(),
        "the location of info(), parsed and written again,");
    ground.requireQuiet(info.toString(), "info()");
    ground.requireQuiet(uri.toString(), "the address");
    ground.requireQuiet(custody.health().toString(), "health()");
    ground.requireQuiet(custody.toString(), "toString() of the custody");
    ground.requireQuiet(key.toString(), "toString() of a key");
    CustodyException missing =
        Check.refused(
            Kind.MISSING,
            "finding a key that is not there",
            () -> custody.find(ground.name("none")));
    ground.requireQuiet(missing.toString(), "the text of an error");
    custody.close();
    KeyCustody again = ground.open(CustodyUri.parse(uri.canonical()), ground.options());
    again.unlock();
    Check.equal(id, again.find(ground.name("address")).id(), "the key under this address");
    return "";
  }

  private static String quiet(Ground ground) {
    KeyCustody custody = ground.locked();
    AskedHandler handler = ground.handler();
    Check.equal(0, handler.asked(), "how often opening asked for the secret");
    Check.equal(Status.LOCKED, custody.health().status(), "the health of an opened store");
    Check.equal(0, handler.asked(), "how often health() asked for the secret");
    custody.unlock();
    Check.equal(Status.READY, custody.health().status(), "the health of an unlocked store");
    int asked = handler.asked();
    Check.that(asked <= 1, () -> "one unlock() asked " + asked + " times for the secret");
    Check.that(
        asked == 1 || ground.store().secret().length == 0,
        "unlock() asked nobody for the secret, and the store has one");
    ground.umk(custody, "quiet");
    Check.equal(Status.READY, custody.health().status(), "the health of a store with a key");
    custody.unlock(); // once more does no harm
    custody.lock();
    Check.equal(Status.LOCKED, custody.health().status(), "the health after lock()");
    return "";
  }

  private static String closed(Ground ground) {
    KeyCustody custody = ground.unlocked();
    String name = ground.name("closed");
    CustodyKey key = ground.umk(custody, "closed");
    DekWrap umk = Check.wrapOf(key);
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = umk.wrap(dek, Check.aad(1));
      custody.close();
      custody.close();
      Set<Kind> closed = EnumSet.of(Kind.CLOSED);
      Check.refused(closed, "find(name) after close", () -> custody.find(name));
      Check.refused(closed, "list() after close", custody::list);
      Check.refused(closed, "unlock() after close", custody::unlock);
      Check.refused(closed, "rotate() after close", () -> custody.rotate(name));
      Check.refused(
          closed,
          "generate() after close",
          () -> custody.generate(ground.name("late"), KeyKind.UMK));
      Check.refused(closed, "wrapping after close", () -> umk.wrap(dek, Check.aad(1)));
      Check.refused(
          closed, "unwrapping after close", () -> umk.unwrap(wrapped, Check.aad(1)).close());
    }
    Check.equal(Status.UNAVAILABLE, custody.health().status(), "the health after close");
    Check.that(!custody.info().backend().isBlank(), "info() says nothing after close");
    KeyCustody again = ground.unlocked();
    Check.refused(
        Kind.MISSING, "finding what was made after close", () -> again.find(ground.name("late")));
    return "";
  }

  private static String absent(Ground ground) {
    CustodyUri absent = ground.store().absent();
    for (int i = 0; i < 2; i++) {
      Check.refused(
          EnumSet.of(Kind.MISSING, Kind.REMOVED),
          i == 0 ? "opening a store that is not there" : "opening it once more",
          () -> ground.open(absent, ground.options()).unlock());
    }
    Check.equal(0, ground.handler().asked(), "how often it asked for the secret of no store");
    return "";
  }
}
