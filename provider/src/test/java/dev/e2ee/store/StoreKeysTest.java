package dev.e2ee.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceWrap;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.internal.store.DeviceExport;
import dev.e2ee.internal.store.PassphraseExport;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** {@code testvectors/spec/store.md}, sections 2 and 5. */
class StoreKeysTest {
  private static final String NAME = "work";

  /** Of an export for a passphrase, in bytes. */
  private static final int HEADER = 74;

  private static final Argon2Cost CHEAP = new Argon2Cost(19 * 1024, 2, 1);
  private static final byte[] CONTENT = "a note".getBytes(UTF_8);

  private final StoreKeys keys = StoreKeys.generate();
  private final DeviceIdentity laptop = device("laptop");
  private final DeviceIdentity phone = device("phone");

  private static DeviceIdentity device(String name) {
    return DeviceIdentity.generate(name, AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
  }

  private static char[] passphrase() {
    return "correct horse battery staple".toCharArray();
  }

  @AfterEach
  void close() {
    keys.close();
    laptop.close();
    phone.close();
  }

  /** Whether both have the same keys: each opens what the other seals, and names alike. */
  private static void assertSame(StoreKeys one, StoreKeys two) throws Exception {
    assertArrayEquals(one.storeId(), two.storeId());
    assertEquals(one.generations(), two.generations());
    StoreCipher first = StoreCipher.with(one);
    StoreCipher second = StoreCipher.with(two);
    assertEquals(first.name("a"), second.name("a"));
    assertArrayEquals(CONTENT, second.open("a", first.seal("a", 1, CONTENT)).content());
    assertArrayEquals(CONTENT, first.open("a", second.seal("a", 1, CONTENT)).content());
  }

  private static void assertNotAuthentic(String message, Executable importing) {
    assertEquals(message, Refused.with(AEADBadTagException.class, importing).getMessage());
  }

  /** [store-1] */
  @Test
  void eachStoreIsAnother() {
    try (StoreKeys other = StoreKeys.generate()) {
      assertFalse(Arrays.equals(keys.storeId(), other.storeId()));
      Refused.with(IllegalArgumentException.class, () -> keys.merge(other)); // [store-23]
    }
  }

  /** [store-2] Names stay; what the old key sealed opens; the old keys do not open the new. */
  @Test
  void rotationKeepsNamesAndOldRecords() throws Exception {
    StoreCipher before = StoreCipher.with(keys);
    byte[] old = before.sealPadded("a", 4, CONTENT);
    try (StoreKeys rotated = keys.rotate()) {
      assertEquals(List.of(1, 2), rotated.generations());
      assertEquals(2, rotated.generation());
      StoreCipher after = StoreCipher.with(rotated);
      assertEquals(before.name("a"), after.name("a"));
      assertEquals(1, after.open("a", old).generation());
      byte[] anew = after.reseal("a", old);
      assertEquals(new StoreCipher.Info(2, 4, true), StoreCipher.inspect(anew));
      assertArrayEquals(CONTENT, after.open("a", anew, 4).content());
      Refused.with(NoStoreKeyException.class, () -> before.open("a", anew));
      // Generation and id of the old key in a record of the new one, and the reverse.
      byte[] crossed = anew.clone();
      System.arraycopy(old, 8, crossed, 8, 20);
      Refused.with(AEADBadTagException.class, () -> after.open("a", crossed));
      byte[] half = anew.clone();
      half[11] = 1;
      Refused.with(NoStoreKeyException.class, () -> after.open("a", half));
      keys.close();
      assertArrayEquals(CONTENT, after.open("a", old).content(), "it has keys of its own");
    }
  }

  /** [store-2] [store-23] Two devices rotate at once; after an exchange both seal under one key. */
  @Test
  void twoRotationsAtOnceComeTogether() throws Exception {
    try (StoreKeys mine = keys.rotate();
        StoreKeys theirs = keys.rotate()) {
      byte[] here = StoreCipher.with(mine).seal("a", 1, CONTENT);
      byte[] there = StoreCipher.with(theirs).seal("a", 2, CONTENT);
      Refused.with(NoStoreKeyException.class, () -> StoreCipher.with(mine).open("a", there));
      try (StoreKeys both = mine.merge(theirs);
          StoreKeys others = theirs.merge(mine);
          StoreKeys again = both.merge(others)) {
        assertEquals(List.of(1, 2, 2), both.generations());
        assertSame(both, others);
        assertSame(both, again);
        assertArrayEquals(CONTENT, StoreCipher.with(both).open("a", here).content());
        assertArrayEquals(CONTENT, StoreCipher.with(both).open("a", there).content());
        byte[] one = StoreCipher.with(both).seal("b", 1, CONTENT);
        byte[] two = StoreCipher.with(others).seal("b", 1, CONTENT);
        assertArrayEquals(Arrays.copyOf(one, 36), Arrays.copyOf(two, 36), "one key for both");
        try (StoreKeys next = both.rotate()) {
          assertEquals(3, next.generation());
        }
      }
    }
  }

  @Test
  void aStoreHas256KeysAtTheMost() throws Exception {
    List<StoreKeys> all = new ArrayList<>(List.of(keys));
    try {
      while (all.size() < 256) {
        all.add(all.get(all.size() - 1).rotate());
      }
      StoreKeys last = all.get(255);
      Refused.with(IllegalStateException.class, last::rotate);
      byte[] export = last.exportKey(NAME, passphrase(), CHEAP);
      assertEquals(106 + 28 + 32 + 256 * 36, export.length);
      try (StoreKeys back = StoreKeys.importKey(export, NAME, passphrase(), 256)) {
        assertSame(last, back);
      }
    } finally {
      all.forEach(StoreKeys::close);
    }
  }

  @EveryEngine
  void exportsUnderAPassphrase(TestEngine engine) throws Exception {
    try (StoreKeys made = StoreKeys.generate(engine.provider());
        StoreKeys rotated = made.rotate()) {
      byte[] export = rotated.exportKey(NAME, passphrase(), CHEAP);
      assertEquals(106 + 28 + 32 + 2 * 36, export.length);
      try (StoreKeys there = StoreKeys.importKey(export, NAME, passphrase(), 2, engine.provider());
          StoreKeys back = StoreKeys.importKey(export, NAME, passphrase(), 2)) {
        assertSame(rotated, there);
        assertSame(rotated, back);
      }
    }
  }

  @Test
  void aGenerationThatOnlyOpensCanBeDropped() throws Exception {
    try (StoreKeys two = keys.rotate();
        StoreKeys twin = keys.rotate();
        StoreKeys both = two.merge(twin);
        StoreKeys three = both.rotate();
        StoreKeys dropped = three.without(2)) {
      assertEquals(List.of(1, 2, 2, 3), three.generations());
      assertEquals(List.of(1, 3), dropped.generations());
      for (int not : new int[] {0, 2, 3, 4}) {
        Refused.with(IllegalArgumentException.class, () -> dropped.without(not));
      }
      byte[] export = dropped.exportKey(NAME, passphrase(), CHEAP);
      try (StoreKeys back = StoreKeys.importKey(export, NAME, passphrase(), 3);
          StoreKeys merged = back.merge(three)) {
        assertSame(dropped, back);
        assertEquals(List.of(1, 2, 2, 3), merged.generations(), "an older export brings it back");
      }
    }
  }

  /** [store-24] A server gives the keys of one store as those of another, to one device. */
  @Test
  void anExportIsOfTheStoreThatItWasMadeFor() throws Exception {
    DevicePublicKeys sender = laptop.publicKeys();
    try (StoreKeys shared = StoreKeys.generate()) {
      byte[] work = shared.exportKey("work", phone.publicKeys(), laptop);
      byte[] diary = keys.exportKey("private", phone.publicKeys(), laptop);
      StoreKeys.importKey(work, "work", phone, sender, 1).close();
      assertNotAuthentic(
          DeviceExport.NOT_AUTHENTIC, () -> StoreKeys.importKey(work, "private", phone, sender, 1));
      assertNotAuthentic(
          DeviceExport.NOT_AUTHENTIC, () -> StoreKeys.importKey(diary, "work", phone, sender, 1));
      byte[] underPassphrase = shared.exportKey("work", passphrase(), CHEAP);
      assertNotAuthentic(
          PassphraseExport.NOT_AUTHENTIC,
          () -> StoreKeys.importKey(underPassphrase, "private", passphrase(), 1));
      for (String bad : List.of("", "\ud800", "x".repeat(1025))) {
        Refused.with(
            IllegalArgumentException.class, () -> keys.exportKey(bad, passphrase(), CHEAP));
        Refused.with(
            IllegalArgumentException.class, () -> keys.exportKey(bad, phone.publicKeys(), laptop));
        Refused.with(
            IllegalArgumentException.class, () -> StoreKeys.importKey(work, bad, phone, sender, 1));
        Refused.with(
            IllegalArgumentException.class,
            () -> StoreKeys.importKey(underPassphrase, bad, passphrase(), 1));
      }
    }
  }

  /** [store-17] */
  @Test
  void exportsDiffer() throws Exception {
    byte[] one = keys.exportKey(NAME, passphrase(), CHEAP);
    byte[] two = keys.exportKey(NAME, passphrase(), CHEAP);
    assertFalse(Arrays.equals(one, 42, 74, two, 42, 74), "a salt of its own");
    assertFalse(Arrays.equals(one, 106, 118, two, 106, 118), "a nonce of its own");
    byte[] three = keys.exportKey(NAME, phone.publicKeys(), laptop);
    byte[] four = keys.exportKey(NAME, phone.publicKeys(), laptop);
    assertFalse(Arrays.equals(three, 32, 64, four, 32, 64), "an ephemeral key of its own");
  }

  /** Threat 5. [store-14] [store-15] [store-16] [store-18] [store-21] Each told by its class. */
  @Test
  void aWrongPassphraseACutAndAnAbsurdCostAreToldApart() throws Exception {
    byte[] export = keys.exportKey(NAME, "caf\u00e9".toCharArray(), CHEAP);
    StoreKeys.importKey(export, NAME, "cafe\u0301".toCharArray(), 1).close();
    assertNotAuthentic(
        PassphraseExport.NOT_AUTHENTIC,
        () -> StoreKeys.importKey(export, NAME, "cafe".toCharArray(), 1));
    for (int length = 0; length < export.length; length++) {
      byte[] cut = Arrays.copyOf(export, length);
      Refused.with(
          MalformedStoreException.class, () -> StoreKeys.importKey(cut, NAME, passphrase(), 1));
    }
    byte[] longer = Arrays.copyOf(export, export.length + 1);
    Refused.with(
        MalformedStoreException.class, () -> StoreKeys.importKey(longer, NAME, passphrase(), 1));
    for (int at : new int[] {30, 34, 38}) {
      byte[] absurd = export.clone();
      absurd[at] = 0x7f;
      String said =
          Refused.with(
                  MalformedStoreException.class,
                  () -> StoreKeys.importKey(absurd, NAME, passphrase(), 1))
              .getMessage();
      assertTrue(String.valueOf(said).contains("nobody should compute"), said);
    }
    for (String bad : List.of("", "\ud800", "x".repeat(1025))) {
      Refused.with(
          IllegalArgumentException.class,
          () -> StoreKeys.importKey(export, NAME, bad.toCharArray(), 1));
      Refused.with(
          IllegalArgumentException.class, () -> keys.exportKey(NAME, bad.toCharArray(), CHEAP));
    }
    Refused.with(
        MalformedStoreException.class,
        () -> StoreKeys.importKey(export, NAME, phone, laptop.publicKeys(), 1));
  }

  /**
   * [store-18] [store-20] [store-21] Every byte of the header; every fifth of what is behind it, as
   * each costs a key from a passphrase.
   */
  @Tag("once")
  @Test
  void everyByteOfAnExportMatters() throws Exception {
    byte[] export = keys.exportKey(NAME, passphrase(), CHEAP);
    for (int at = 0; at < export.length; at += at < HEADER ? 1 : 5) {
      byte[] altered = export.clone();
      altered[at] ^= 0x40;
      Class<? extends Exception> expected =
          at < 8 || at == 12 || at == 13 || (at >= 30 && at < 33) || (at >= 34 && at < 42)
              ? MalformedStoreException.class
              : AEADBadTagException.class;
      Refused.with(expected, () -> StoreKeys.importKey(altered, NAME, passphrase(), 1));
    }
  }

  @EveryEngine
  void exportsForADevice(TestEngine engine) throws Exception {
    for (AgreementAlgorithm agreement : AgreementAlgorithm.values()) {
      for (SigningAlgorithm signing : SigningAlgorithm.values()) {
        try (DeviceIdentity to =
                DeviceIdentity.generate("to", agreement, signing, engine.provider());
            DeviceIdentity from =
                DeviceIdentity.generate("from", agreement, signing, engine.provider());
            StoreKeys rotated = keys.rotate()) {
          byte[] export = rotated.exportKey(NAME, to.publicKeys(), from);
          try (StoreKeys back = StoreKeys.importKey(export, NAME, to, from.publicKeys(), 2)) {
            assertSame(rotated, back);
          }
        }
      }
    }
    byte[] own = keys.exportKey(NAME, laptop.publicKeys(), laptop);
    try (StoreKeys back = StoreKeys.importKey(own, NAME, laptop, laptop.publicKeys(), 1)) {
      assertSame(keys, back);
    }
  }

  /** Threats 2 and 3. [store-19] [store-21] */
  @Test
  void isBoundToSenderAndRecipient() throws Exception {
    byte[] export = keys.exportKey(NAME, phone.publicKeys(), laptop);
    DevicePublicKeys sender = laptop.publicKeys();
    StoreKeys.importKey(export, NAME, phone, sender, 1).close();
    try (DeviceIdentity tablet = device("tablet");
        DeviceIdentity twin = device("phone")) {
      assertNotAuthentic(
          DeviceExport.NOT_AUTHENTIC, () -> StoreKeys.importKey(export, NAME, tablet, sender, 1));
      assertNotAuthentic(
          DeviceExport.NOT_AUTHENTIC, () -> StoreKeys.importKey(export, NAME, twin, sender, 1));
      assertNotAuthentic(
          DeviceExport.NOT_AUTHENTIC,
          () -> StoreKeys.importKey(export, NAME, phone, tablet.publicKeys(), 1));
      // A server that knows a store of its own, signed by nobody who is pinned.
      byte[] planted = keys.exportKey(NAME, phone.publicKeys(), tablet);
      assertNotAuthentic(
          DeviceExport.NOT_AUTHENTIC, () -> StoreKeys.importKey(planted, NAME, phone, sender, 1));
      // Its signature put under the other one's bytes.
      byte[] grafted = planted.clone();
      System.arraycopy(export, export.length - 64, grafted, grafted.length - 64, 64);
      assertNotAuthentic(
          DeviceExport.NOT_AUTHENTIC, () -> StoreKeys.importKey(grafted, NAME, phone, sender, 1));
    }
  }

  /** [store-14] [store-19] [store-20] Every bit and every length. */
  @Tag("once")
  @Test
  void everyBitOfADevicesExportMatters() throws Exception {
    byte[] export = keys.exportKey(NAME, phone.publicKeys(), laptop);
    DevicePublicKeys sender = laptop.publicKeys();
    for (int bit = 0; bit < 8 * export.length; bit += at(bit) < 32 ? 1 : 5) {
      byte[] altered = export.clone();
      altered[at(bit)] ^= (byte) (1 << bit % 8);
      Class<? extends Exception> expected =
          isMalformed(bit) ? MalformedStoreException.class : AEADBadTagException.class;
      Refused.with(expected, () -> StoreKeys.importKey(altered, NAME, phone, sender, 1));
    }
    for (int length = 0; length < export.length; length++) {
      byte[] cut = Arrays.copyOf(export, length);
      Refused.with(
          MalformedStoreException.class, () -> StoreKeys.importKey(cut, NAME, phone, sender, 1));
    }
  }

  private static int at(int bit) {
    return bit / 8;
  }

  /** Generation 1 by its lowest bit, which leaves 0, and its highest; the algorithms, 2 and 2. */
  private static boolean isMalformed(int bit) {
    int at = at(bit);
    return at < 8 || Set.of(12, 13, 30, 31).contains(at) || bit == 8 * 8 + 7 || bit == 11 * 8;
  }

  /** Threat 3: what is of one kind is of no other, before a key is touched. */
  @Test
  void eachKindIsRefusedAsAnother() throws Exception {
    byte[] record = StoreCipher.with(keys).seal("a", 1, CONTENT);
    byte[] underPassphrase = keys.exportKey(NAME, passphrase(), CHEAP);
    byte[] forPhone = keys.exportKey(NAME, phone.publicKeys(), laptop);
    byte[] envelope = Envelope.with(Sample.umk()).seal(CONTENT, Sample.context());
    byte[] deviceWrap = DeviceWrap.wrap(Sample.umk(), "ann", phone.publicKeys(), laptop);
    for (byte[] other : List.of(underPassphrase, forPhone, envelope, deviceWrap)) {
      Refused.with(MalformedStoreException.class, () -> StoreCipher.with(keys).open("a", other));
    }
    for (byte[] other : List.of(record, forPhone, envelope, deviceWrap)) {
      Refused.with(
          MalformedStoreException.class, () -> StoreKeys.importKey(other, NAME, passphrase(), 1));
    }
    for (byte[] other : List.of(record, underPassphrase, envelope, deviceWrap)) {
      Refused.with(
          MalformedStoreException.class,
          () -> StoreKeys.importKey(other, NAME, phone, laptop.publicKeys(), 1));
    }
    for (byte[] ours : List.of(record, underPassphrase, forPhone)) {
      Refused.with(MalformedEnvelopeException.class, () -> Envelope.inspect(ours));
      Refused.with(MalformedMessageException.class, () -> DeviceWrap.inspect(ours));
    }
  }

  /** Threat 10. [store-22] */
  @Test
  void anOlderExportIsRefused() throws Exception {
    byte[] old = keys.exportKey(NAME, passphrase(), CHEAP);
    byte[] oldForPhone = keys.exportKey(NAME, phone.publicKeys(), laptop);
    String message =
        "this export is of generation 1 of the store's keys, and 2 is remembered: an older one was"
            + " put back";
    assertNotAuthentic(message, () -> StoreKeys.importKey(old, NAME, passphrase(), 2));
    assertNotAuthentic(
        message, () -> StoreKeys.importKey(oldForPhone, NAME, phone, laptop.publicKeys(), 2));
  }

  @Test
  void nothingWorksOnceItIsClosed() throws Exception {
    keys.close();
    Refused.with(IllegalStateException.class, keys::rotate);
    Refused.with(IllegalStateException.class, () -> keys.exportKey(NAME, passphrase(), CHEAP));
    Refused.with(
        IllegalStateException.class, () -> keys.exportKey(NAME, phone.publicKeys(), laptop));
    assertNotEquals(0, keys.storeId().length);
  }
}
