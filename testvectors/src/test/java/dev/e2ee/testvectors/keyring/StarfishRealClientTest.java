package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.RealClient.task;
import static dev.e2ee.testvectors.keyring.Starfish.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.keyring.CollectionCipher;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.TrustStore;
import dev.e2ee.testvectors.keyring.RealClient.Person;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we write opens in the real Starfish client, and what it writes opens here; with new keys on
 * each run. [keyring-1] [keyring-5] [keyring-6] [keyring-14] [keyring-20]
 */
@Tag("once")
class StarfishRealClientTest {
  private static final String NOTES = "notes";
  private static final String PATH = "notes/1/\u00e4\ud83d\ude00";

  @TempDir private Path folder;
  private RealClient client;
  private List<Person> people;
  private Person owner;
  private Person bob;
  private Person carol;
  private Person dave;
  private int stores;

  @BeforeEach
  void start() throws Exception {
    client = RealClient.orSkip(folder);
    people = client.people(5);
    owner = people.get(0);
    bob = people.get(1);
    carol = people.get(2);
    dave = people.get(3);
  }

  @AfterEach
  void end() {
    if (people != null) {
      people.forEach(Person::close);
    }
  }

  /** One that has seen nothing and pins the owner. */
  private TrustStore trust() throws Exception {
    TrustStore trust = FileTrustStore.at(folder.resolve("trust" + stores++));
    trust.pin(NOTES, owner.signer());
    return trust;
  }

  private static Keyring open(byte[] document, Person who, TrustStore trust) throws Exception {
    return Starfish.JSON.readTree(document).has("head")
        ? Keyring.open(document, NOTES, who.device(), trust)
        : Keyring.openWithoutHead(document, NOTES, who.device(), trust);
  }

  /**
   * A keyring at one time, with a document and a blob of that time.
   *
   * @param members whom it opens for
   * @param plain what the document is sealed from
   * @param bytes what the blob is sealed from, in base64
   * @param blob base64
   */
  private record Stage(
      JsonNode keyring,
      Set<Person> members,
      JsonNode plain,
      JsonNode document,
      String bytes,
      String blob) {
    int epoch() {
      return keyring.required("currentEpoch").intValue();
    }

    /** Whether somebody opens, with the keyring of this time, what was sealed at an earlier one. */
    boolean opens(Person who, Stage earlier) {
      return members.contains(who) && earlier.members.contains(who);
    }
  }

  private static JsonNode plain(int number) {
    ObjectNode plain = Starfish.JSON.createObjectNode().put("note", "n\u00b0 " + number);
    plain.putArray("list").add(1.5).add(-0.0).add(1e21).addNull().add(true).add("\ud83d\ude00\n");
    return plain;
  }

  /** We make the keyring: at first, after a removal, and after a rotation with somebody new. */
  private List<Stage> ours(boolean withHead) throws Exception {
    TrustStore trust = trust();
    List<Stage> stages = new ArrayList<>();
    KeyringChange change =
        withHead
            ? Keyring.create(NOTES, owner.device(), trust)
            : Keyring.createWithoutHead(NOTES, owner.device(), trust);
    Keyring keyring = change.published();
    keyring = after(keyring, keyring.add(bob.recipient()));
    KeyringChange third = keyring.add(carol.recipient());
    byte[] first = third.document();
    keyring = after(keyring, third);
    stages.add(stage(first, Set.of(owner, bob, carol), keyring, 1));
    KeyringChange removal = keyring.remove(carol.recipient());
    byte[] second = removal.document();
    keyring = after(keyring, removal);
    stages.add(stage(second, Set.of(owner, bob), keyring, 2));
    keyring = after(keyring, keyring.rotate());
    KeyringChange joined = keyring.add(dave.recipient());
    byte[] last = joined.document();
    keyring = after(keyring, joined);
    stages.add(stage(last, Set.of(owner, bob, dave), keyring, 3));
    keyring.close();
    return stages;
  }

  private static Keyring after(Keyring before, KeyringChange change) throws Exception {
    try (before) {
      return change.published();
    }
  }

  private static Stage stage(byte[] document, Set<Person> members, Keyring keyring, int number)
      throws Exception {
    JsonNode plain = plain(number);
    byte[] bytes = {(byte) number, 0, (byte) 255};
    CollectionCipher cipher = keyring.cipher();
    return new Stage(
        Starfish.JSON.readTree(document),
        members,
        plain,
        Starfish.JSON.readTree(cipher.sealDocument(bytes(plain))),
        text(bytes),
        text(cipher.sealBlob(bytes, PATH)));
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The real client makes it, in the same steps. */
  private List<Stage> theirs() throws Exception {
    JsonNode first =
        client.value(task("create", "device", owner.keys(), "recipients", keys(owner, bob, carol)));
    JsonNode second =
        client.value(
            task(
                "rotate",
                "keyring",
                first,
                "device",
                owner.keys(),
                "recipients",
                keys(owner, bob)));
    JsonNode rotated =
        client.value(
            task(
                "rotate",
                "keyring",
                second,
                "device",
                owner.keys(),
                "recipients",
                keys(owner, bob)));
    JsonNode last =
        client.value(
            task(
                "add", "keyring", rotated, "device", owner.keys(), "recipient", keys(dave).get(0)));
    return List.of(
        stage(first, Set.of(owner, bob, carol), 1),
        stage(second, Set.of(owner, bob), 2),
        stage(last, Set.of(owner, bob, dave), 3));
  }

  private static List<String> keys(Person... people) throws Exception {
    List<String> keys = new ArrayList<>();
    for (Person person : people) {
      keys.add(person.recipient().key());
    }
    return keys;
  }

  private Stage stage(JsonNode keyring, Set<Person> members, int number) throws Exception {
    JsonNode plain = plain(number);
    String bytes = text(new byte[] {(byte) number, 0, (byte) 255});
    List<JsonNode> sealed =
        client.values(
            List.of(
                with("encrypt", keyring, bob).set("data", plain),
                with("sealBytes", keyring, bob).put("bytes", bytes).put("path", PATH)));
    return new Stage(keyring, members, plain, sealed.get(0), bytes, sealed.get(1).textValue());
  }

  private ObjectNode with(String operation, JsonNode keyring, Person who) throws Exception {
    return task(
        operation,
        "keyring",
        keyring,
        "device",
        who.keys(),
        "adders",
        List.of(owner.signer().key()));
  }

  /** Everybody with each keyring and what was sealed until then; the real client in one run. */
  private void everybodyOpens(List<Stage> stages) throws Exception {
    Map<ObjectNode, Optional<JsonNode>> expected = new LinkedHashMap<>();
    for (Stage now : stages) {
      for (Stage earlier : stages.subList(0, stages.indexOf(now) + 1)) {
        for (Person who : people) {
          boolean opens = now.opens(who, earlier);
          assertEquals(opens, opensHere(now, earlier, who));
          expected.put(
              with("decrypt", now.keyring(), who).set("document", earlier.document()),
              opens ? Optional.of(earlier.plain()) : Optional.empty());
          expected.put(
              with("openBytes", now.keyring(), who).put("blob", earlier.blob()).put("path", PATH),
              opens ? Optional.of(new TextNode(earlier.bytes())) : Optional.empty());
        }
      }
    }
    List<JsonNode> results = client.run(List.copyOf(expected.keySet()));
    int opened = 0;
    int at = 0;
    for (Map.Entry<ObjectNode, Optional<JsonNode>> one : expected.entrySet()) {
      JsonNode result = results.get(at++);
      assertEquals(
          one.getValue().isPresent(), result.required("ok").booleanValue(), () -> one + "");
      if (one.getValue().isPresent()) {
        assertEquals(normal(one.getValue().get()), normal(result.required("value")));
        opened++;
      }
    }
    // At first three of five people; after the removal two, with two times each; then two with
    // three, and one with one.
    // refused.
    assertEquals(2 * (3 + 2 * 2 + (2 * 3 + 1)), opened);
  }

  /** Numbers as ECMAScript has them: one zero, and no difference between 1 and 1.0. */
  private static String normal(JsonNode json) throws Exception {
    return new String(CanonicalJson.of(JsonReader.read(bytes(json))), UTF_8);
  }

  private boolean opensHere(Stage now, Stage earlier, Person who) throws Exception {
    try (Keyring keyring = open(bytes(now.keyring()), who, trust())) {
      byte[] json = keyring.cipher().openDocument(bytes(earlier.document()));
      assertEquals(normal(earlier.plain()), normal(Starfish.JSON.readTree(json)));
      byte[] blob = Base64.getDecoder().decode(earlier.blob());
      assertEquals(earlier.bytes(), text(keyring.cipher().openBlob(blob, PATH)));
      return true;
    } catch (NoEpochKeyException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ourKeyringsOpenThere(boolean withHead) throws Exception {
    List<Stage> stages = ours(withHead);
    for (int i = 0; i < stages.size(); i++) {
      assertEquals(List.of(1, 2, 3).get(i), stages.get(i).epoch());
      assertEquals(withHead, stages.get(i).keyring().has("head"));
    }
    everybodyOpens(stages);
  }

  @Test
  void theirKeyringsOpenHere() throws Exception {
    everybodyOpens(theirs());
  }

  /** What the real client seals under a keyring of ours opens here: with a head or without. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theySealUnderOurKeyrings(boolean withHead) throws Exception {
    for (Stage stage : ours(withHead)) {
      Stage sealed = stage(stage.keyring(), stage.members(), 7);
      for (Person who : stage.members()) {
        assertTrue(opensHere(stage, sealed, who));
      }
    }
  }

  /** A head fits the keyring that its signer has made, and no other; they carry it along. */
  @Test
  void aKeyringOfOursThatTheyChangeIsRefused() throws Exception {
    JsonNode before = ours(true).get(0).keyring();
    ObjectNode change = task("add", "keyring", before, "device", owner.keys());
    ObjectNode added = change.deepCopy().put("recipient", dave.recipient().key());
    ObjectNode rotated = change.deepCopy().put("op", "rotate");
    rotated.set("recipients", Starfish.JSON.valueToTree(keys(owner, bob)));
    for (JsonNode after : client.values(List.of(added, rotated))) {
      TrustStore seen = trust();
      Keyring.open(bytes(before), NOTES, bob.device(), seen).close();
      for (TrustStore trust : List.of(seen, trust())) {
        assertRefused(
            KeyringRefusedException.Reason.NOT_AS_SIGNED,
            () -> Keyring.open(bytes(after), NOTES, bob.device(), trust));
      }
      assertRefused(
          KeyringRefusedException.Reason.NO_HEAD,
          () -> Keyring.openWithoutHead(bytes(after), NOTES, bob.device(), seen));
      byte[] headless = bytes(((ObjectNode) after).without("head"));
      assertRefused(
          KeyringRefusedException.Reason.NO_HEAD,
          () -> Keyring.openWithoutHead(headless, NOTES, bob.device(), seen));
    }
  }

  private static void assertRefused(KeyringRefusedException.Reason reason, Executable what) {
    assertEquals(reason, assertThrows(KeyringRefusedException.class, what).reason());
  }

  /** One without a head is theirs to change as much as ours. */
  @Test
  void aKeyringWithoutHeadIsChangedByBoth() throws Exception {
    JsonNode before = ours(false).get(0).keyring();
    TrustStore trust = trust();
    Keyring.openWithoutHead(bytes(before), NOTES, owner.device(), trust).close();
    ObjectNode rotate = task("rotate", "keyring", before, "device", owner.keys());
    rotate.set("recipients", Starfish.JSON.valueToTree(keys(owner, bob)));
    byte[] theirs = bytes(client.value(rotate));
    Keyring keyring = Keyring.openWithoutHead(theirs, NOTES, owner.device(), trust);
    KeyringChange change = keyring.add(dave.recipient());
    byte[] ours = change.document();
    try (Keyring next = after(keyring, change)) {
      Stage stage = stage(ours, Set.of(owner, bob, dave), next, 4);
      ObjectNode decrypt = with("decrypt", stage.keyring(), dave);
      decrypt.set("document", stage.document());
      assertEquals(normal(stage.plain()), normal(client.value(decrypt)));
    }
  }
}
