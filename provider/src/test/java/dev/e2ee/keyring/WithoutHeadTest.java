package dev.e2ee.keyring;

import static dev.e2ee.keyring.Group.NOTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.keyring.Group.Person;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keyrings as Starfish clients make them, and their way to a head. */
class WithoutHeadTest {
  private static final byte[] JSON = "[1]".getBytes(UTF_8);

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

  private static Keyring open(Person person, byte[] document) throws Exception {
    return Keyring.openWithoutHead(document, NOTES, person.device(), person.trust());
  }

  private byte[] created(Person... members) throws Exception {
    byte[] document;
    try (KeyringChange change =
        Keyring.createWithoutHead(NOTES, group.owner.device(), group.owner.trust())) {
      document = change.document();
      change.published().close();
    }
    for (Person member : members) {
      document = changed(document, keyring -> keyring.add(member.recipient()));
    }
    return document;
  }

  private byte[] changed(byte[] document, Group.Change change) throws Exception {
    try (Keyring keyring = open(group.owner, document);
        KeyringChange next = change.of(keyring)) {
      next.published().close();
      return next.document();
    }
  }

  /** As a server would that has a recipient of its own. */
  private byte[] withOneOf(Person mallory, byte[] document) throws Exception {
    byte[] hers;
    try (KeyringChange change =
        Keyring.createWithoutHead("hers", mallory.device(), mallory.trust())) {
      hers = change.document();
    }
    Json.Members target = (Json.Members) JsonReader.read(document);
    Json.Members epochs = (Json.Members) target.get("epochs");
    Json.Members first = (Json.Members) epochs.get("1");
    List<Json> entries = new ArrayList<>(((Json.Elements) first.get("wrappedKeys")).elements());
    Json.Members source = (Json.Members) JsonReader.read(hers);
    Json.Members theirs = (Json.Members) ((Json.Members) source.get("epochs")).get("1");
    entries.addAll(((Json.Elements) theirs.get("wrappedKeys")).elements());
    return CanonicalJson.of(
        target.with(
            "epochs", epochs.with("1", first.with("wrappedKeys", new Json.Elements(entries)))));
  }

  @Test
  void itLivesAsOneWithAHead() throws Exception {
    byte[] one = created(group.bob, group.carol);
    byte[] two = changed(one, keyring -> keyring.remove(group.carol.recipient()));
    try (Keyring owner = open(group.owner, two);
        Keyring bob = open(group.bob, two)) {
      assertFalse(owner.hasHead());
      assertEquals(2, bob.epoch());
      assertArrayEquals(JSON, bob.cipher().openDocument(owner.cipher().sealDocument(JSON)));
      NoEpochKeyException e = assertThrows(NoEpochKeyException.class, () -> open(group.carol, two));
      assertEquals(NoEpochKeyException.Reason.REMOVED, e.reason());
    }
  }

  /** [keyring-16] */
  @Test
  void whomAServerAddsIsNotInTheNextEpoch() throws Exception {
    try (Person mallory = group.person()) {
      byte[] document = withOneOf(mallory, created(group.bob));
      try (Keyring owner = open(group.owner, document)) {
        assertEquals(List.of(mallory.recipient()), owner.untraceable());
        assertEquals(List.of(group.owner.recipient(), group.bob.recipient()), owner.members());
      }
      byte[] next = changed(document, Keyring::rotate);
      try (Keyring owner = open(group.owner, next)) {
        assertEquals(List.of(), owner.untraceable());
        assertEquals(List.of(group.owner.recipient(), group.bob.recipient()), owner.members());
      }
      NoEpochKeyException e = assertThrows(NoEpochKeyException.class, () -> open(mallory, next));
      assertEquals(NoEpochKeyException.Reason.REMOVED, e.reason());
    }
  }

  /** One character of Bob's entry, and the next epoch would be without him. [keyring-15] */
  @Test
  void aDamagedEntryOfSomebodyElseIsMissed() throws Exception {
    byte[] document = created(group.bob);
    String text = new String(document, UTF_8);
    int entry = text.lastIndexOf("{\"addedAt\"", text.indexOf(group.bob.recipient().key()));
    int signature = text.indexOf("\"addedSig\":\"", entry) + 12;
    char other = text.charAt(signature) == 'A' ? 'B' : 'A';
    byte[] damaged =
        (text.substring(0, signature) + other + text.substring(signature + 1)).getBytes(UTF_8);
    KeyringRefusedException e =
        assertThrows(KeyringRefusedException.class, () -> open(group.owner, damaged));
    assertEquals(Reason.DROPPED_ENTRY, e.reason());
    byte[] next = changed(document, Keyring::rotate);
    open(group.bob, next).close();
  }

  /** What it was is known, and needs nobody's pin any more; a new epoch is without it. */
  @Test
  void whoWasAddedByAnAdderThatIsUnpinnedIsSeenAndNotCarriedOver() throws Exception {
    group.owner.trust().pin(NOTES, group.bob.signer());
    group.bob.trust().pin(NOTES, group.bob.signer());
    byte[] document = created(group.bob);
    try (Keyring bob = open(group.bob, document);
        KeyringChange change = bob.add(group.carol.recipient())) {
      document = change.document();
    }
    open(group.owner, document).close();
    group.owner.trust().unpin(NOTES, group.bob.signer());
    try (Keyring owner = open(group.owner, document)) {
      assertEquals(List.of(group.carol.recipient()), owner.untraceable());
      assertEquals(List.of(group.owner.recipient(), group.bob.recipient()), owner.members());
    }
  }

  /** [keyring-13] [keyring-19] */
  @Test
  void aHeadIsGivenOnceAndStays() throws Exception {
    byte[] bare = created(group.bob);
    open(group.bob, bare).close();
    byte[] headed = changed(bare, Keyring::addHead);
    try (Keyring owner = group.owner.open(headed);
        Keyring bob = group.bob.open(headed)) {
      assertTrue(bob.hasHead());
      assertArrayEquals(JSON, bob.cipher().openDocument(owner.cipher().sealDocument(JSON)));
      assertThrows(IllegalStateException.class, owner::addHead);
    }
    for (Person person : List.of(group.owner, group.bob)) {
      KeyringRefusedException e =
          assertThrows(KeyringRefusedException.class, () -> open(person, bare));
      assertEquals(Reason.NO_HEAD, e.reason());
    }
  }

  private Keyring openTasks(Person person, byte[] document) throws Exception {
    return Keyring.openWithoutHead(document, "tasks", person.device(), person.trust());
  }

  /** Another collection of the owner's, in its second epoch, of which Carol is a member too. */
  private byte[] tasks() throws Exception {
    for (Person person : List.of(group.bob, group.carol)) {
      person.trust().pin("tasks", group.owner.signer());
    }
    try (KeyringChange made =
            Keyring.createWithoutHead("tasks", group.owner.device(), group.owner.trust());
        Keyring one = made.published();
        KeyringChange added = one.add(group.bob.recipient());
        Keyring two = added.published();
        KeyringChange addedToo = two.add(group.carol.recipient());
        Keyring three = addedToo.published();
        KeyringChange rotated = three.rotate()) {
      rotated.published().close();
      return rotated.document();
    }
  }

  private static Json.Members read(byte[] document) throws Exception {
    return (Json.Members) JsonReader.read(document);
  }

  private static Json.Members epochs(byte[] document) throws Exception {
    return (Json.Members) read(document).get("epochs");
  }

  private static byte[] withEpoch(byte[] document, int number, Json epoch) throws Exception {
    return CanonicalJson.of(
        read(document)
            .with("currentEpoch", new Json.Numeral(number))
            .with("epochs", epochs(document).with("" + number, epoch)));
  }

  /** Not at first sight only: everybody knows the collection that is to get it. [keyring-25] */
  @Test
  void anotherCollectionsEpochIsKnownByWhoHasSeenIt() throws Exception {
    byte[] notes = created(group.bob);
    byte[] tasks = tasks();
    open(group.bob, notes).close();
    openTasks(group.bob, tasks).close();
    Json second = epochs(tasks).get("2");
    byte[] spliced = withEpoch(notes, 2, Objects.requireNonNull(second));
    for (Person person : List.of(group.bob, group.owner)) {
      KeyringRefusedException e =
          assertThrows(KeyringRefusedException.class, () -> open(person, spliced));
      assertEquals(Reason.OTHER_COLLECTION, e.reason());
      assertTrue(String.valueOf(e.getMessage()).contains("tasks"));
      open(person, notes).close(); // nothing of it was remembered
      openTasks(person, tasks).close();
    }
  }

  /** What nobody of the other collection has opened: the next epoch would be hers. [keyring-25] */
  @Test
  void anotherCollectionsEntryIsKnownByWhoHasSeenIt() throws Exception {
    byte[] notes = created(group.bob);
    byte[] tasks = tasks();
    Json.Members first = (Json.Members) Objects.requireNonNull(epochs(notes).get("1"));
    List<Json> entries = new ArrayList<>(((Json.Elements) first.get("wrappedKeys")).elements());
    Json.Members theirs = (Json.Members) Objects.requireNonNull(epochs(tasks).get("1"));
    entries.add(((Json.Elements) theirs.get("wrappedKeys")).elements().get(2));
    byte[] spliced = withEpoch(notes, 1, first.with("wrappedKeys", new Json.Elements(entries)));
    KeyringRefusedException e =
        assertThrows(KeyringRefusedException.class, () -> open(group.owner, spliced));
    assertEquals(Reason.OTHER_COLLECTION, e.reason());
  }

  /** The signer was told another collection's keyring on a new device, and Bob has seen that. */
  @Test
  void anotherCollectionsKeyringIsKnownUnderAHeadToo() throws Exception {
    byte[] tasks = tasks();
    openTasks(group.bob, tasks).close();
    TrustStore fresh = FileTrustStore.at(folder.resolve("fresh"));
    fresh.pin(NOTES, group.owner.signer());
    try (Keyring fooled = Keyring.openWithoutHead(tasks, NOTES, group.owner.device(), fresh);
        KeyringChange headed = fooled.addHead()) {
      KeyringRefusedException e =
          assertThrows(KeyringRefusedException.class, () -> group.bob.open(headed.document()));
      assertEquals(Reason.OTHER_COLLECTION, e.reason());
    }
  }

  /** Both at once, each before the other one was remembered. [keyring-25] */
  @Test
  void whatComesMeanwhileIsSeenToo() throws Exception {
    byte[] tasks = tasks();
    byte[] notes = created(group.bob);
    TrustStore trust = group.bob.trust();
    Optional<CollectionTrust> before = trust.find(NOTES);
    TrustStore slow =
        new TrustStore() {
          @Override
          public Optional<CollectionTrust> find(String collection) throws IOException {
            return trust.find(collection);
          }

          @Override
          public Map<String, CollectionTrust> all() throws IOException {
            return trust.all();
          }

          @Override
          public boolean replace(
              String collection, Optional<CollectionTrust> expected, CollectionTrust now)
              throws IOException {
            try {
              if (trust.find("tasks").orElseThrow().epoch() == 0) {
                openTasks(group.bob, tasks).close();
              }
            } catch (Exception e) {
              throw new IOException(e);
            }
            return trust.replace(collection, expected, now);
          }
        };
    KeyringRefusedException e =
        assertThrows(
            KeyringRefusedException.class,
            () -> Keyring.openWithoutHead(tasks, NOTES, group.bob.device(), slow));
    assertEquals(Reason.OTHER_COLLECTION, e.reason());
    assertEquals(before, trust.find(NOTES)); // and the right one is not refused because of it
    openTasks(group.bob, tasks).close();
    open(group.bob, notes).close();
  }

  /** The server gives a new device of the signer another keyring, or an old one. [keyring-11] */
  @Test
  void aHeadContinuesWhatWasSeenWithoutOne() throws Exception {
    byte[] old = created(group.bob);
    byte[] document = changed(old, keyring -> keyring.add(group.carol.recipient()));
    open(group.bob, document).close();
    byte[] tasks;
    try (KeyringChange made =
            Keyring.createWithoutHead("tasks", group.owner.device(), group.owner.trust());
        Keyring keyring = made.published();
        KeyringChange change = keyring.add(group.bob.recipient())) {
      tasks = change.document();
    }
    for (var given : Map.of(old, Reason.DROPPED_ENTRY, tasks, Reason.OTHER_KEY).entrySet()) {
      TrustStore fresh = FileTrustStore.at(folder.resolve(given.getValue().name()));
      fresh.pin(NOTES, group.owner.signer());
      try (Keyring fooled =
              Keyring.openWithoutHead(given.getKey(), NOTES, group.owner.device(), fresh);
          KeyringChange headed = fooled.addHead()) {
        KeyringRefusedException e =
            assertThrows(
                KeyringRefusedException.class, () -> group.bob.open(headed.document()).close());
        assertEquals(given.getValue(), e.reason());
      }
    }
  }

  /** [keyring-19] */
  @Test
  void noHeadVouchesForWhatCannotBeTraced() throws Exception {
    try (Person mallory = group.person()) {
      byte[] document = withOneOf(mallory, created(group.bob));
      try (Keyring owner = open(group.owner, document)) {
        KeyringRefusedException e = assertThrows(KeyringRefusedException.class, owner::addHead);
        assertEquals(Reason.NOT_TRACEABLE, e.reason());
      }
    }
    byte[] late = created2WithLateJoiner();
    group.carol.trust().pin(NOTES, group.carol.signer());
    try (Keyring carol = open(group.carol, late)) {
      KeyringRefusedException e = assertThrows(KeyringRefusedException.class, carol::addHead);
      assertEquals(Reason.NOT_TRACEABLE, e.reason());
    }
  }

  /** Bob would refuse it from then on, and no later epoch would mend that. [keyring-19] */
  @Test
  void noHeadVouchesForARecipientThatStandsTwice() throws Exception {
    byte[] document = created(group.bob);
    Json.Members first = (Json.Members) Objects.requireNonNull(epochs(document).get("1"));
    List<Json> entries = new ArrayList<>(((Json.Elements) first.get("wrappedKeys")).elements());
    entries.add(entries.get(1));
    byte[] doubled = withEpoch(document, 1, first.with("wrappedKeys", new Json.Elements(entries)));
    try (Keyring owner = open(group.owner, doubled)) {
      assertEquals(List.of(group.owner.recipient(), group.bob.recipient()), owner.members());
      KeyringRefusedException e = assertThrows(KeyringRefusedException.class, owner::addHead);
      assertEquals(Reason.NOT_TRACEABLE, e.reason());
      assertTrue(e.getMessage().contains(group.bob.recipient().key()), e.getMessage());
    }
    byte[] headed = changed(document, Keyring::addHead);
    group.bob.open(headed).close();
  }

  private byte[] created2WithLateJoiner() throws Exception {
    try (Person another = group.person()) {
      TrustStore trust = another.trust();
      trust.pin(NOTES, another.signer());
      group.carol.trust().pin(NOTES, another.signer());
      try (KeyringChange one = Keyring.createWithoutHead(NOTES, another.device(), trust);
          Keyring first = one.published();
          KeyringChange two = first.rotate();
          Keyring second = two.published();
          KeyringChange three = second.add(group.carol.recipient())) {
        return three.document();
      }
    }
  }

  @Test
  void otherMembersOfTheDocumentAreKept() throws Exception {
    Json.Members bare = (Json.Members) JsonReader.read(created(group.bob));
    byte[] more = CanonicalJson.of(bare.with("label", new Json.Members(Map.of())));
    byte[] next = changed(more, Keyring::rotate);
    assertTrue(new String(next, UTF_8).contains("\"label\":{}"));
  }
}
