package dev.e2ee.keyring;

import static dev.e2ee.keyring.Group.NOTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.keyring.Group.Person;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server that owns the keyring's storage can try; each is refused, and by its name. */
class HostileKeyringTest {
  @TempDir private Path folder;
  private Group group;

  @BeforeEach
  void meet() throws Exception {
    group = new Group(folder);
  }

  @AfterEach
  void part() {
    group.close();
  }

  private static Reason refusal(Person person, byte[] document) {
    return assertThrows(KeyringRefusedException.class, () -> person.open(document)).reason();
  }

  private static Json.Members read(byte[] document) throws Exception {
    return (Json.Members) JsonReader.read(document);
  }

  private static Json at(Json value, String... names) {
    Json found = value;
    for (String name : names) {
      found = ((Json.Members) found).get(name);
    }
    return found;
  }

  private static Json.Members with(
      Json.Members object, UnaryOperator<Json> change, String... path) {
    Json inner = object.get(path[0]);
    if (path.length == 1) {
      return object.with(path[0], change.apply(inner));
    }
    String[] rest = Arrays.copyOfRange(path, 1, path.length);
    return object.with(path[0], with((Json.Members) inner, change, rest));
  }

  private static List<Json> entries(byte[] document, int epoch) throws Exception {
    return ((Json.Elements) at(read(document), "epochs", "" + epoch, "wrappedKeys")).elements();
  }

  private static byte[] withEntries(byte[] document, int epoch, List<Json> entries)
      throws Exception {
    return CanonicalJson.of(
        with(
            read(document),
            old -> new Json.Elements(entries),
            "epochs",
            "" + epoch,
            "wrappedKeys"));
  }

  /** [keyring-11] */
  @Test
  void anOlderRevisionIsARollback() throws Exception {
    byte[] first = group.created(group.bob);
    byte[] second = group.ownerChanges(keyring -> keyring.add(group.carol.recipient()));
    byte[] third = group.ownerChanges(keyring -> keyring.remove(group.carol.recipient()));
    group.bob.open(third).close();
    for (byte[] old : List.of(first, second)) {
      assertEquals(Reason.ROLLBACK, refusal(group.bob, old));
      assertEquals(Reason.ROLLBACK, refusal(group.owner, old));
    }
    group.bob.open(third).close();
  }

  /** A removal that its own device has published stays known to it. [keyring-11] */
  @Test
  void whoRemovedSomebodyKnowsIt() throws Exception {
    byte[] before = group.created(group.carol);
    group.ownerChanges(keyring -> keyring.remove(group.carol.recipient()));
    assertEquals(Reason.ROLLBACK, refusal(group.owner, before));
  }

  /** Who was told of the removal cannot be made to forget it. [keyring-11] */
  @Test
  void whoWasRemovedKnowsIt() throws Exception {
    byte[] before = group.created(group.carol);
    byte[] after = group.ownerChanges(keyring -> keyring.remove(group.carol.recipient()));
    assertThrows(NoEpochKeyException.class, () -> group.carol.open(after));
    assertEquals(Reason.ROLLBACK, refusal(group.carol, before));
  }

  /** Two devices of one owner are shown two histories; a third one sees both. [keyring-11] */
  @Test
  void twoHistoriesAreAFork() throws Exception {
    byte[] base = group.created(group.bob);
    Person second = group.person();
    for (Person person : List.of(group.owner, group.bob, second)) {
      person.trust().pin(NOTES, second.signer());
    }
    byte[] shared = group.ownerChanges(keyring -> keyring.add(second.recipient()));
    byte[] left;
    byte[] right;
    byte[] later;
    try (Keyring owner = group.owner.open(shared);
        KeyringChange change = owner.rotate();
        Keyring next = change.published()) {
      left = change.document();
      later = next.rotate().document();
    }
    try (Keyring other = second.open(shared);
        KeyringChange change = other.add(group.carol.recipient())) {
      right = change.document();
      change.published().close();
    }
    group.bob.open(right).close();
    assertEquals(Reason.FORK, refusal(group.bob, left));
    assertEquals(Reason.FORK, refusal(group.bob, later));
    assertEquals(Reason.FORK, refusal(group.owner, right));
    assertEquals(Reason.ROLLBACK, refusal(group.bob, base));
    second.close();
  }

  /** [keyring-11] */
  @Test
  void whoWasAwayForManyChangesFindsWhatItKnows() throws Exception {
    group.created(group.bob);
    group.bob.open(group.stored()).close();
    for (int i = 0; i < 10; i++) {
      group.ownerChanges(Keyring::rotate);
    }
    try (Keyring bob = group.bob.open(group.stored())) {
      assertEquals(11, bob.epoch());
    }
  }

  /** [keyring-10] */
  @Test
  void anotherCollectionsKeyringIsRefused() throws Exception {
    group.created(group.bob);
    group.owner.trust().pin("tasks", group.owner.signer());
    byte[] tasks;
    try (KeyringChange change =
        Keyring.create("tasks", group.owner.device(), group.owner.trust())) {
      tasks = change.document();
      change.published().close();
    }
    try (Person fresh = group.person()) {
      assertEquals(Reason.OTHER_COLLECTION, refusal(fresh, tasks));
    }
    assertEquals(Reason.OTHER_COLLECTION, refusal(group.owner, tasks));
  }

  /** [keyring-10] */
  @Test
  void aSplicedADroppedAndAnAddedEntryAreRefused() throws Exception {
    byte[] notes = group.created(group.bob);
    byte[] tasks;
    try (KeyringChange change =
        Keyring.create("tasks", group.owner.device(), group.owner.trust())) {
      tasks = change.document();
      change.published().close();
    }
    List<Json> own = entries(notes, 1);
    List<Json> spliced = new ArrayList<>(own);
    spliced.set(0, entries(tasks, 1).get(0));
    List<Json> added = new ArrayList<>(own);
    try (Person mallory = group.person();
        KeyringChange hers = Keyring.create("hers", mallory.device(), mallory.trust())) {
      added.add(entries(hers.document(), 1).get(0));
    }
    for (List<Json> changed : List.of(spliced, own.subList(0, 1), own.subList(1, 2), added)) {
      assertEquals(Reason.NOT_AS_SIGNED, refusal(group.owner, withEntries(notes, 1, changed)));
    }
  }

  /** [keyring-8] [keyring-13] */
  @Test
  void aKeyringWithoutItsHeadIsRefused() throws Exception {
    byte[] document = group.created(group.bob);
    byte[] bare = CanonicalJson.of(read(document).without("head"));
    assertEquals(Reason.NO_HEAD, refusal(group.bob, bare)); // at first sight
    group.bob.open(document).close();
    for (byte[] each : List.of(bare, document)) {
      KeyringRefusedException e =
          assertThrows(
              KeyringRefusedException.class,
              () -> Keyring.openWithoutHead(each, NOTES, group.bob.device(), group.bob.trust()));
      assertEquals(Reason.NO_HEAD, e.reason());
    }
  }

  /** A server that makes everything itself, for the same recipients. [keyring-9] */
  @Test
  void aKeyringOfTheServersIsRefused() throws Exception {
    group.created(group.bob);
    try (Person server = group.person()) {
      server.trust().pin(NOTES, server.signer());
      byte[] hers;
      try (KeyringChange created = Keyring.create(NOTES, server.device(), server.trust());
          Keyring keyring = created.published();
          KeyringChange added = keyring.add(group.bob.recipient())) {
        hers = added.document();
      }
      assertEquals(Reason.NOT_SIGNED, refusal(group.bob, hers));
      // With the owner's name on it the signature is wrong.
      Json owner = new Json.Text(group.owner.signer().key());
      byte[] named = CanonicalJson.of(with(read(hers), old -> owner, "head", "signer"));
      assertEquals(Reason.NOT_SIGNED, refusal(group.bob, named));
    }
  }

  /** [keyring-9] */
  @Test
  void aSignerThatIsUnpinnedIsRefused() throws Exception {
    group.created(group.bob);
    group.bob.open(group.stored()).close();
    group.bob.trust().unpin(NOTES, group.owner.signer());
    assertEquals(Reason.NOTHING_PINNED, refusal(group.bob, group.stored()));
    group.bob.trust().pin(NOTES, group.bob.signer());
    assertEquals(Reason.NOT_SIGNED, refusal(group.bob, group.stored()));
  }

  /** Whatever value is changed, in a keyring that has all there is. [keyring-8] [keyring-10] */
  @Test
  void everyValueThatIsChangedIsMissed() throws Exception {
    group.created(group.bob);
    byte[] document = group.ownerChanges(Keyring::rotate);
    List<Json> changed = new ArrayList<>();
    change(read(document), changed::add);
    assertTrue(changed.size() > 60, () -> changed.size() + " changes");
    for (Json each : changed) {
      byte[] json = CanonicalJson.of(each);
      assertThrows(
          GeneralSecurityException.class,
          () -> group.bob.open(json).close(),
          () -> new String(json, UTF_8));
    }
    group.bob.open(document).close(); // nothing of it was remembered
  }

  private interface Sink {
    void take(Json changed);
  }

  /** Each value in turn: another one, another type, gone, and a member more. */
  private static void change(Json value, Sink sink) {
    if (value instanceof Json.Members object) {
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        change(member.getValue(), inner -> sink.take(object.with(member.getKey(), inner)));
        sink.take(object.without(member.getKey()));
      }
    } else if (value instanceof Json.Elements array) {
      for (int i = 0; i < array.elements().size(); i++) {
        int at = i;
        change(
            array.elements().get(i),
            inner -> {
              List<Json> copy = new ArrayList<>(array.elements());
              copy.set(at, inner);
              sink.take(new Json.Elements(copy));
            });
      }
      sink.take(new Json.Elements(List.of()));
    } else if (value instanceof Json.Text text) {
      char first = text.value().charAt(0);
      sink.take(new Json.Text((first == '0' ? "1" : "0") + text.value().substring(1)));
      sink.take(new Json.Text(text.value() + "0"));
      sink.take(new Json.Text(""));
      sink.take(new Json.Numeral(1));
    } else if (value instanceof Json.Numeral number) {
      sink.take(new Json.Numeral(number.value() + 1));
      sink.take(new Json.Numeral(number.value() - 1));
      sink.take(new Json.Numeral(number.value() + 0.5));
      sink.take(new Json.Text("1"));
    }
  }

  /** [keyring-2] [keyring-4] */
  @Test
  void whatIsNoKeyringIsMalformed() throws Exception {
    String document = new String(group.created(), UTF_8);
    String deep = "[".repeat(40) + "]".repeat(40);
    for (String bad :
        List.of(
            "",
            "{}",
            "[]",
            "null",
            document + "x",
            document + document,
            document.substring(1),
            document.substring(0, document.length() - 1),
            document.replace("\"v\":1}", "\"v\":1,\"v\":1}"),
            document.replace("\"v\":1}", "\"v\":2}"),
            document.replace("\"v\":1}", "\"v\":1,\"x\":" + deep + "}"),
            document.replace("\"currentEpoch\":1", "\"currentEpoch\":0"),
            document.replace("\"currentEpoch\":1", "\"currentEpoch\":1e9"),
            document.replace("{\"1\":{\"createdAt\"", "{\"01\":{\"createdAt\""))) {
      assertThrows(KeyringFormatException.class, () -> group.owner.open(bad.getBytes(UTF_8)), bad);
    }
    byte[] noUtf8 = document.getBytes(UTF_8);
    noUtf8[noUtf8.length - 5] = (byte) 0xff;
    assertThrows(KeyringFormatException.class, () -> group.owner.open(noUtf8));
    assertThrows(KeyringFormatException.class, () -> group.owner.open(new byte[(16 << 20) + 1]));
  }

  /** A server writes on the person's screen. [keyring-8] */
  @Test
  void aNameThatAServerChoseIsNotSaid() throws Exception {
    String document = new String(group.created(), UTF_8);
    String name = "\"\\u001b]0;pwned\\u0007" + "x".repeat(100_000) + "\":";
    int epochs = document.indexOf("\"epochs\":{");
    int heads = document.indexOf("\"epochs\":{", document.indexOf("\"head\":"));
    for (int at : new int[] {0, epochs + 9, heads + 9, document.indexOf("\"head\":") + 7}) {
      for (String value : List.of("1", "{}")) {
        String bad =
            document.substring(0, at + 1) + name + value + "," + document.substring(at + 1);
        if (at == 0) {
          bad = bad.replace("\"currentEpoch\":1", "\"currentEpoch\":2");
        }
        byte[] json = bad.getBytes(UTF_8);
        KeyringFormatException e =
            assertThrows(KeyringFormatException.class, () -> group.owner.open(json));
        String said = String.valueOf(e.getMessage());
        assertTrue(said.length() < 200 && said.chars().noneMatch(Character::isISOControl), said);
      }
    }
  }

  /** Nothing of a keyring is used before it is remembered. [keyring-11] */
  @Test
  void aMemoryThatCannotKeepItEndsIt() throws Exception {
    byte[] document = group.created(group.bob);
    TrustStore full =
        new TrustStore() {
          @Override
          public Optional<CollectionTrust> find(String collection) throws IOException {
            return group.bob.trust().find(collection);
          }

          @Override
          public Map<String, CollectionTrust> all() throws IOException {
            return group.bob.trust().all();
          }

          @Override
          public boolean replace(
              String collection, Optional<CollectionTrust> expected, CollectionTrust now)
              throws IOException {
            throw new IOException("no space left on device");
          }
        };
    assertThrows(IOException.class, () -> Keyring.open(document, NOTES, group.bob.device(), full));
  }

  /** [keyring-3] */
  @Test
  void documentsThatAreNotSealedAreNotTakenAsIfTheyWere() throws Exception {
    group.created();
    byte[] plain = "{\"items\":[]}".getBytes(UTF_8);
    try (Keyring owner = group.owner.open(group.stored())) {
      assertThrows(KeyringFormatException.class, () -> owner.cipher().openDocument(plain));
      byte[] sealed = owner.cipher().sealDocument(plain);
      String text = new String(sealed, UTF_8);
      for (String loose :
          List.of(
              text.replace("\"_epoch\":1", "\"_epoch\":\"1\""),
              text.replace(",\"_epoch\":1", ""),
              text.replace("\"_epoch\":1", "\"_epoch\":1,\"items\":[]"),
              text.replaceAll("\"_encrypted\":\"[^\"]*\"", "\"_encrypted\":null"))) {
        assertThrows(
            KeyringFormatException.class,
            () -> owner.cipher().openDocument(loose.getBytes(UTF_8)),
            loose);
      }
      assertArrayEquals(plain, owner.cipher().openDocument(sealed));
    }
  }
}
