package dev.e2ee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keyring …}, by two people with a home each and a server that is a file. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class KeyringCommandsTest {
  @TempDir Path directory;

  private Person ann;
  private Person bob;

  /** Somebody with a device. */
  private record Person(Cli cli, Path server) {
    Cli.Result run(String... arguments) {
      List<String> all = new ArrayList<>(List.of("keyring"));
      all.addAll(List.of(arguments));
      if (!Set.of("keys", "pin", "forget", "create", "published").contains(arguments[0])) {
        all.addAll(List.of("--keyring", server.toString()));
      }
      return cli.run(all.toArray(String[]::new));
    }

    /** A change in its two steps, the server's between them. */
    Cli.Result change(String... arguments) throws IOException {
      Path changed = written(arguments);
      Files.copy(changed, server, StandardCopyOption.REPLACE_EXISTING);
      return run("published", arguments[1], changed.toString(), "--json").exits(0);
    }

    /** The first step. */
    Path written(String... arguments) {
      Path changed = cli.home.resolve("changed.keyring");
      List<String> all = new ArrayList<>(List.of(arguments));
      all.addAll(List.of("-o", changed.toString(), "--force"));
      run(all.toArray(String[]::new)).exits(0);
      return changed;
    }

    String key(String name) throws IOException {
      return run("keys", "--json").exits(0).json().required(name).textValue();
    }

    String path(String name) {
      return cli.home.resolve(name).toString();
    }
  }

  @BeforeEach
  void meet() throws Exception {
    ann = person("ann");
    bob = person("bob");
    bob.run("pin", "notes", ann.key("signer")).exits(0);
  }

  private Person person(String name) throws IOException {
    Cli cli = new Cli(Files.createDirectory(directory.resolve(name))).initRaw();
    cli.run("device", "init", "laptop", "--user", name, "--curve25519").exits(0);
    return new Person(cli, directory.resolve("server.keyring"));
  }

  private void create() throws IOException {
    ann.change("create", "notes");
    ann.change("add", "notes", bob.key("member"));
  }

  /** [keyring-17] Of two changes at once the server takes one; who made the other goes on. */
  @Test
  void whoComesSecondMakesTheChangeAgain() throws Exception {
    create();
    ann.run("pin", "notes", bob.key("signer")).exits(0);
    bob.run("pin", "notes", bob.key("signer")).exits(0);
    Person carol = person("carol");
    Path bobs = bob.written("add", "notes", carol.key("member"));
    ann.change("rotate", "notes");
    JsonNode anns = bob.run("show", "notes", "--json").exits(0).json();
    assertEquals(2, anns.required("epoch").intValue());
    bob.run("published", "notes", bobs.toString()).exits(3); // it was not
    JsonNode again = bob.change("add", "notes", carol.key("member")).json();
    assertEquals(3, again.required("members").size());
    assertEquals(3, ann.run("show", "notes", "--json").exits(0).json().required("members").size());
  }

  /** Or a person's mistake would lock a device out for ever. */
  @Test
  void whoSaidPublishedTooEarlyForgetsAndPinsAnew() throws Exception {
    create();
    ann.run("pin", "notes", bob.key("signer")).exits(0);
    bob.run("pin", "notes", bob.key("signer")).exits(0);
    Path bobs = bob.written("add", "notes", person("carol").key("member"));
    ann.change("rotate", "notes");
    bob.run("published", "notes", bobs.toString()).exits(0);
    Cli.Result told = bob.run("show", "notes").exits(3);
    assertTrue(told.err().contains("e2ee keyring forget"), told.err());
    bob.run("forget", "notes").exits(2);
    bob.run("forget", "notes", "--yes").exits(0);
    bob.run("show", "notes").exits(3); // nobody is pinned
    bob.run("pin", "notes", ann.key("signer")).exits(0);
    JsonNode shown = bob.run("show", "notes", "--json").exits(0).json();
    assertEquals(2, shown.required("epoch").intValue());
    assertFalse(
        bob.run("forget", "other", "--yes", "--json")
            .exits(0)
            .json()
            .required("forgotten")
            .booleanValue());
  }

  /** [keyring-17] */
  @Test
  void nothingIsSealedWithAChangeThatNoServerHas() throws Exception {
    create();
    Path changed = ann.written("rotate", "notes");
    Path plain = ann.cli().write("plain", "hello");
    String[] seal = {
      "keyring",
      "seal",
      "notes",
      plain.toString(),
      "--path",
      "n/1",
      "-o",
      ann.path("sealed"),
      "--keyring",
      changed.toString()
    };
    Cli.Result told = ann.cli().run(seal).exits(6);
    assertTrue(told.err().contains("e2ee keyring published notes"), told.err());
    Files.copy(changed, ann.server(), StandardCopyOption.REPLACE_EXISTING);
    ann.run("show", "notes").exits(6);
    ann.run("published", "notes", changed.toString()).exits(0);
    ann.cli().run(seal).exits(0);
    ann.run("published", "notes", changed.toString()).exits(6); // nothing is waiting
    bob.run("published", "notes", changed.toString()).exits(6); // not his
    bob.run("open", "notes", ann.path("sealed"), "--path", "n/1", "-o", "-").exits(0);
    Path fresh = ann.cli().home.resolve("changed.keyring");
    ann.run("rotate", "notes", "-o", fresh.toString()).exits(7); // the file is there
  }

  /** Of two changes from one keyring either may be the one that the server takes. [keyring-17] */
  @Test
  void aChangeThatWasMadeBeforeTheLastOneWaitsToo() throws Exception {
    create();
    Path first =
        Files.copy(ann.written("rotate", "notes"), ann.cli().home.resolve("first.keyring"));
    Path second = ann.written("rotate", "notes");
    for (Path waiting : List.of(first, second)) {
      Cli.Result told = showing(waiting).exits(6);
      assertTrue(told.err().contains("is a change that was made here"), told.err());
    }
    assertEquals(
        1, ann.run("show", "notes", "--json").exits(0).json().required("epoch").intValue());
    Files.copy(first, ann.server(), StandardCopyOption.REPLACE_EXISTING);
    ann.run("published", "notes", first.toString()).exits(0);
    ann.run("show", "notes").exits(0);
    ann.run("published", "notes", second.toString()).exits(6); // nothing is waiting
    Cli.Result fork = showing(second).exits(3);
    assertTrue(fork.err().contains("the server is not to be trusted"), fork.err());
  }

  /**
   * Commands in processes of their own, which come to the list at about one moment. [keyring-17]
   */
  @Test
  void ofChangesThatAreMadeAtOnceEachOneWaits() throws Exception {
    create();
    int commands = 6;
    String script =
        "for i in $(seq "
            + commands
            + "); do \"$@\" keyring rotate notes --keyring "
            + ann.server()
            + " -o at-once.$i & done; wait";
    assertEquals("", CliProcess.shell(ann.cli().home, script).err());
    for (int i = 1; i <= commands; i++) {
      Cli.Result told = showing(ann.cli().home.resolve("at-once." + i)).exits(6);
      assertTrue(told.err().contains("is a change that was made here"), told.err());
    }
  }

  private Cli.Result showing(Path file) {
    return ann.cli().run("keyring", "show", "notes", "--keyring", file.toString());
  }

  @Test
  void theTwoKeysOfADeviceAreNotTakenForEachOther() throws Exception {
    create();
    String member = "member:" + bob.key("member");
    String signer = "signer:" + bob.key("signer");
    assertEquals(List.of(member, signer), bob.run("keys").exits(0).text().lines().toList());
    assertTrue(ann.run("pin", "notes", member).exits(2).err().contains("signer:"));
    String changed = ann.path("changed");
    Cli.Result refused = ann.run("remove", "notes", signer, "-o", changed).exits(2);
    assertTrue(refused.err().contains("member:"), refused.err());
    ann.run("pin", "notes", signer).exits(0);
    Cli.Result removed = ann.run("remove", "notes", member, "-o", changed).exits(0);
    assertTrue(removed.err().contains("stay pinned here: " + signer), removed.err());
  }

  /**
   * Only a device that is active counts as one that is known; a revoked one is removed by its id.
   */
  @Test
  void aRevokedDeviceIsNotAdded() throws Exception {
    create();
    Cli phone = new Cli(Files.createDirectory(directory.resolve("phone"))).initRaw();
    phone
        .run("device", "init", "phone", "--user", "ann", "--key", "shared", "--curve25519")
        .exits(0);
    join(phone);
    ann.change("add", "notes", "phone");
    Path wraps = directory.resolve("wraps");
    ann.cli().run("device", "revoke", "phone", "--to", wraps.toString()).exits(0);
    assertEquals(2, ann.change("remove", "notes", "phone").json().required("members").size());
    Cli.Result told = ann.run("add", "notes", "phone", "-o", ann.path("no"), "--force").exits(6);
    assertTrue(told.err().contains("'phone' is revoked"), told.err());
    assertFalse(Files.exists(Path.of(ann.path("no"))));
  }

  private void join(Cli phone) throws IOException {
    String on = directory.resolve("d").toString();
    phone.run("device", "request", "-o", on + ".request").exits(0);
    ann.cli().run("device", "approve", on + ".request").exits(0);
    phone.run("device", "accept", on + ".offer").exits(0);
    ann.cli().run("device", "approve", on + ".reveal").exits(0);
    String shown = phone.run("fingerprint").exits(0).text().strip();
    ann.cli().run("device", "approve", on + ".reveal", "--fingerprint", shown).exits(0);
    phone.run("device", "accept", on + ".approval", "--fingerprint", shown).exits(0);
  }

  @Test
  void aMemberOpensWhatAnotherSealed() throws Exception {
    create();
    Path plain = ann.cli().write("plain", "hello");
    ann.run("seal", "notes", plain.toString(), "--path", "n/1", "-o", ann.path("sealed")).exits(0);
    bob.run("open", "notes", ann.path("sealed"), "--path", "n/1", "-o", bob.path("opened"))
        .exits(0);
    assertEquals("hello", Files.readString(Path.of(bob.path("opened"))));
    Cli.Result elsewhere =
        bob.run("open", "notes", ann.path("sealed"), "--path", "n/2", "-o", bob.path("other"))
            .exits(3);
    assertTrue(elsewhere.err().contains("--path"), elsewhere.err());
    assertFalse(Files.exists(Path.of(bob.path("other"))));
  }

  @Test
  void aDocumentIsJson() throws Exception {
    create();
    Path plain = bob.cli().write("plain.json", "{\"a\":1}");
    bob.run("seal", "notes", plain.toString(), "--document", "-o", bob.path("sealed")).exits(0);
    JsonNode sealed = new ObjectMapper().readTree(Path.of(bob.path("sealed")).toFile());
    assertEquals(1, sealed.required("_epoch").intValue());
    assertArrayEquals(
        "{\"a\":1}".getBytes(UTF_8),
        ann.run("open", "notes", bob.path("sealed"), "--document", "-o", "-").exits(0).out());
    Path text = bob.cli().write("plain.txt", "hello");
    bob.run("seal", "notes", text.toString(), "--document", "-o", bob.path("no")).exits(2);
    bob.run("seal", "notes", text.toString(), "-o", bob.path("no")).exits(2);
  }

  @Test
  void aRemovedMemberIsTold() throws Exception {
    create();
    byte[] before = Files.readAllBytes(ann.server());
    JsonNode after = ann.change("remove", "notes", bob.key("member")).json();
    assertEquals(2, after.required("epoch").intValue());
    assertEquals(1, after.required("members").size());
    Cli.Result told = bob.run("show", "notes").exits(4);
    assertTrue(told.err().contains("was a member"), told.err());
    Files.write(ann.server(), before);
    Cli.Result rollback = ann.run("show", "notes").exits(3);
    assertTrue(rollback.err().contains("revision"), rollback.err());
    assertTrue(rollback.err().contains("ask the owner"), rollback.err());
  }

  @Test
  void rotationKeepsEverybody() throws Exception {
    create();
    ann.change("rotate", "notes");
    String text = ann.run("show", "notes").exits(0).text();
    assertTrue(text.contains("epoch 2"), text);
    assertTrue(text.contains("(this device)"), text);
    JsonNode shown = bob.run("show", "notes", "--json").exits(0).json();
    assertEquals(2, shown.required("epochs").size());
    assertEquals(2, shown.required("members").size());
  }

  @Test
  void whereNoKeyringIsTheOptionThatNamesItIsTold() {
    Cli.Result none = ann.cli.run("keyring", "show", "no-such-collection").exits(7);
    assertTrue(none.err().contains("there is no file no-such-collection.keyring"), none.err());
    assertTrue(none.err().contains("--keyring FILE"), none.err());
  }

  @Test
  void whoIsNotPinnedIsRefused() throws Exception {
    create();
    Person carol = person("carol");
    Cli.Result nobody = carol.run("show", "notes").exits(3);
    assertTrue(nobody.err().contains("e2ee keyring pin"), nobody.err());
    carol.run("pin", "notes", bob.key("signer")).exits(0);
    carol.run("show", "notes").exits(3);
    carol.run("pin", "notes", ann.key("signer")).exits(0);
    carol.run("show", "notes").exits(4);
    String pinned = carol.run("pin", "notes").exits(0).text();
    assertEquals(2, pinned.lines().count(), pinned);
    carol.run("pin", "notes", bob.key("signer"), "--remove").exits(0);
    assertEquals(1, carol.run("pin", "notes").exits(0).text().lines().count());
    String gone = carol.run("pin", "notes", bob.key("signer"), "--remove").exits(0).text();
    assertTrue(gone.startsWith("That signer was not pinned for notes: nothing was"), gone);
    String twice = carol.run("pin", "notes", ann.key("signer")).exits(0).text();
    assertTrue(twice.startsWith("That signer was pinned already: nothing was changed."), twice);
    assertTrue(carol.run("pin", "notes", "--remove").exits(2).err().contains("needs the KEY"));
    // Bob is a member, and no signer.
    Cli.Result refused =
        bob.run("add", "notes", carol.key("member"), "-o", bob.path("no")).exits(6);
    assertTrue(refused.err().contains("not pinned as signer"), refused.err());
  }

  @Test
  void whatIsWrongIsToldWithWhatToDo() throws Exception {
    ann.change("create", "notes");
    ann.run("create", "notes", "-o", ann.server().toString()).exits(7); // the file is there
    Files.delete(ann.server());
    ann.run("create", "notes", "-o", ann.path("new")).exits(6); // this device knows the collection
    ann.run("show", "notes").exits(7);
    ann.cli().run("keyring", "show", "a/b").exits(2);
    ann.run("pin", "notes", "nonsense").exits(2);
    Path garbage = ann.cli().write("garbage", "{}");
    ann.cli().run("keyring", "show", "notes", "--keyring", garbage.toString()).exits(3);
  }

  /** A server writes into a keyring what steers the terminal of who looks at it. */
  @Test
  void whatAServerWritesSteersNoTerminal() throws Exception {
    create();
    String keyring = Files.readString(ann.server());
    String name = "\\u001b]0;pwned\\u0007\\u001b[2J" + "x".repeat(20_000);
    int head = keyring.indexOf("\"head\"");
    Files.writeString(
        ann.server(),
        keyring.substring(0, head)
            + keyring.substring(head).replace("\"epochs\":{", "\"epochs\":{\"" + name + "\":7,"));
    Cli.Result told = ann.run("show", "notes").exits(3);
    assertFalse(told.err().contains("\u001b"), told.err());
    assertTrue(told.err().length() < 5_000, () -> told.err().length() + " characters");
  }

  /** What a device has seen is lost: it is told, and does not begin with nothing. */
  @Test
  void aTrustStoreThatIsGoneIsNoFirstContact() throws Exception {
    create();
    Path device = Path.of(ann.cli().keys() + ".device");
    Files.move(device.resolve("trust"), device.resolve("away"));
    Cli.Result told = ann.run("show", "notes").exits(7);
    assertTrue(told.err().contains("trust"), told.err());
    ann.run("create", "notes", "-o", ann.path("new")).exits(7);
    ann.run("pin", "notes", bob.key("signer")).exits(7);
    Files.move(device.resolve("away"), device.resolve("trust"));
    ann.run("show", "notes").exits(0);
  }

  @Test
  void devicesOnP256AreToldHow() throws Exception {
    Cli cli = new Cli(Files.createDirectory(directory.resolve("p256"))).initRaw();
    cli.run("device", "init", "laptop", "--user", "eve").exits(0);
    Cli.Result told = cli.run("keyring", "keys").exits(6);
    assertTrue(told.err().contains("--curve25519"), told.err());
  }

  @Test
  void aMemberIsNamedByADeviceThatIsKnown() throws Exception {
    create();
    Cli.Result twice = ann.run("add", "notes", "laptop", "-o", ann.path("no")).exits(6); // itself
    assertTrue(twice.err().contains("member already"), twice.err());
    ann.run("add", "notes", "unknown", "-o", ann.path("no")).exits(2);
  }
}
