package dev.e2ee.keyring;

import static dev.e2ee.keyring.Group.NOTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.keyring.Group.Person;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection with a head beside one without, by one owner: what the first one tells of both. */
class ManyCollectionsTest {
  private static final String TASKS = "tasks";

  @TempDir private Path folder;
  private Group group;

  @BeforeEach
  void meet() throws Exception {
    group = new Group(folder);
    for (Person person : List.of(group.owner, group.bob, group.carol)) {
      person.trust().pin(TASKS, group.owner.signer());
    }
  }

  @AfterEach
  void part() {
    group.close();
  }

  private static Json.Members read(byte[] document) throws Exception {
    return (Json.Members) JsonReader.read(document);
  }

  private static Json.Members firstEpoch(byte[] document) throws Exception {
    Json.Members epochs = (Json.Members) Objects.requireNonNull(read(document).get("epochs"));
    return (Json.Members) Objects.requireNonNull(epochs.get("1"));
  }

  private static List<Json> entries(byte[] document) throws Exception {
    Json entries = Objects.requireNonNull(firstEpoch(document).get("wrappedKeys"));
    return new ArrayList<>(((Json.Elements) entries).elements());
  }

  private static byte[] withEntries(byte[] document, List<Json> entries) throws Exception {
    Json.Members epochs = (Json.Members) Objects.requireNonNull(read(document).get("epochs"));
    Json.Members first = firstEpoch(document).with("wrappedKeys", new Json.Elements(entries));
    return CanonicalJson.of(read(document).with("epochs", epochs.with("1", first)));
  }

  /** With one more, of another collection's. */
  private static byte[] withOneOf(byte[] other, int which, byte[] document) throws Exception {
    List<Json> spliced = entries(document);
    spliced.add(entries(other).get(which));
    return withEntries(document, spliced);
  }

  /** The owner's, with one member more. */
  private byte[] made(String name, boolean withHead, Person member) throws Exception {
    try (KeyringChange one =
            withHead
                ? Keyring.create(name, group.owner.device(), group.owner.trust())
                : Keyring.createWithoutHead(name, group.owner.device(), group.owner.trust());
        Keyring alone = one.published();
        KeyringChange two = alone.add(member.recipient())) {
      two.published().close();
      return two.document();
    }
  }

  private static Reason refusalWithoutHead(byte[] document, Person person) {
    return assertThrows(
            KeyringRefusedException.class,
            () -> Keyring.openWithoutHead(document, NOTES, person.device(), person.trust()))
        .reason();
  }

  private static void open(byte[] document, String name, Person person) throws Exception {
    Keyring.open(document, name, person.device(), person.trust()).close();
  }

  /** Else Carol, who was never added to the notes, would have the key of their next epoch. */
  // [keyring-11] [keyring-25]
  @Test
  void anEntryOfACollectionWithAHeadIsKnownInOneWithout() throws Exception {
    byte[] tasks = made(TASKS, true, group.carol);
    byte[] notes = made(NOTES, false, group.bob);
    assertEquals(
        Reason.OTHER_COLLECTION, refusalWithoutHead(withOneOf(tasks, 1, notes), group.owner));
    List<Json> exchanged = entries(notes); // in the place of Bob's, for who has not seen that
    exchanged.set(1, entries(tasks).get(1));
    open(tasks, TASKS, group.carol);
    assertEquals(
        Reason.OTHER_COLLECTION, refusalWithoutHead(withEntries(notes, exchanged), group.carol));
    open(tasks, TASKS, group.owner);
  }

  /** What was known before there was a head is known afterwards. [keyring-11] [keyring-25] */
  @Test
  void aHeadForgetsNoEntry() throws Exception {
    byte[] tasks = made(TASKS, false, group.carol);
    byte[] notes = made(NOTES, false, group.bob);
    byte[] document = withOneOf(tasks, 1, notes);
    assertEquals(Reason.OTHER_COLLECTION, refusalWithoutHead(document, group.owner));
    try (Keyring bare =
            Keyring.openWithoutHead(tasks, TASKS, group.owner.device(), group.owner.trust());
        KeyringChange headed = bare.addHead()) {
      headed.published().close();
    }
    assertEquals(Reason.OTHER_COLLECTION, refusalWithoutHead(document, group.owner));
  }

  /** Whoever has taken the wrong one finds it out, and opens the right one. [keyring-25] */
  @Test
  void aCollectionWithAHeadIsNotRefusedBecauseOfItsEntries() throws Exception {
    byte[] tasks = made(TASKS, true, group.carol);
    byte[] notes = made(NOTES, false, group.bob);
    byte[] document = withOneOf(tasks, 1, notes);
    Keyring.openWithoutHead(document, NOTES, group.bob.device(), group.bob.trust()).close();
    NoEpochKeyException none =
        assertThrows(NoEpochKeyException.class, () -> open(tasks, TASKS, group.bob));
    assertEquals(NoEpochKeyException.Reason.NOT_A_MEMBER, none.reason());
    assertEquals(Reason.OTHER_COLLECTION, refusalWithoutHead(document, group.bob));
  }

  /** A member of one collection gives its keyring a head as her own one's. Section 1. */
  @Test
  void aSignerOfOneDeniesAnotherAndThePersonIsToldTheWayOut() throws Exception {
    Person mallory = group.carol;
    byte[] tasks = made(TASKS, true, mallory);
    group.owner.trust().pin("chat", mallory.signer());
    TrustStore hers = FileTrustStore.at(folder.resolve("hers"));
    hers.pin("chat", mallory.signer());
    hers.pin("chat", group.owner.signer());
    byte[] bare = CanonicalJson.of(read(tasks).without("head"));
    byte[] chat;
    try (Keyring taken = Keyring.openWithoutHead(bare, "chat", mallory.device(), hers);
        KeyringChange headed = taken.addHead()) {
      chat = headed.document();
    }
    FileTrustStore store = FileTrustStore.at(folder.resolve("another device of the owner's"));
    store.pin("chat", mallory.signer());
    store.pin(TASKS, group.owner.signer());
    Keyring.open(chat, "chat", group.owner.device(), store).close();
    KeyringRefusedException e =
        assertThrows(
            KeyringRefusedException.class,
            () -> Keyring.open(tasks, TASKS, group.owner.device(), store));
    assertEquals(Reason.OTHER_COLLECTION, e.reason());
    String said = String.valueOf(e.getMessage());
    assertTrue(said.contains("chat") && said.contains("forget"), said);
    store.forget("chat");
    Keyring.open(tasks, TASKS, group.owner.device(), store).close();
  }

  /** Who is no member has copies of its entries, and a head of her own. [keyring-11] */
  @Test
  void copiesOfEntriesUnderAnotherOnesHeadDenyNothing() throws Exception {
    Person mallory = group.carol;
    byte[] notes = made(NOTES, false, group.bob);
    TrustStore hers = FileTrustStore.at(folder.resolve("hers"));
    hers.pin("chat", mallory.signer());
    hers.pin("chat", group.owner.signer());
    byte[] bare;
    try (KeyringChange one = Keyring.createWithoutHead("chat", mallory.device(), hers);
        Keyring alone = one.published();
        KeyringChange two = alone.add(group.bob.recipient())) {
      bare = two.document();
    }
    byte[] spliced = withOneOf(notes, 0, bare);
    byte[] chat;
    try (Keyring taken = Keyring.openWithoutHead(spliced, "chat", mallory.device(), hers);
        KeyringChange headed = taken.addHead()) {
      chat = headed.document();
    }
    group.bob.trust().pin("chat", mallory.signer());
    open(chat, "chat", group.bob);
    Keyring.openWithoutHead(notes, NOTES, group.bob.device(), group.bob.trust()).close();
  }
}
