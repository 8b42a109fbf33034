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
import java.util.ArrayList;
import java.util.List;
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
      if (!arguments[0].equals("keys") && !arguments[0].equals("pin")) {
        all.addAll(List.of("--keyring", server.toString()));
      }
      return cli.run(all.toArray(String[]::new));
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
    ann.run("create", "notes").exits(0);
    ann.run("add", "notes", bob.key("member")).exits(0);
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
    JsonNode after = ann.run("remove", "notes", bob.key("member"), "--json").exits(0).json();
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
    String text = ann.run("rotate", "notes").exits(0).text();
    assertTrue(text.contains("epoch 2"), text);
    assertTrue(text.contains("(this device)"), text);
    JsonNode shown = bob.run("show", "notes", "--json").exits(0).json();
    assertEquals(2, shown.required("epochs").size());
    assertEquals(2, shown.required("members").size());
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
    // Bob is a member, and no signer.
    Cli.Result refused = bob.run("add", "notes", carol.key("member")).exits(6);
    assertTrue(refused.err().contains("not pinned as signer"), refused.err());
  }

  @Test
  void whatIsWrongIsToldWithWhatToDo() throws Exception {
    ann.run("create", "notes").exits(0);
    ann.run("create", "notes").exits(7); // the file is there
    Files.delete(ann.server());
    ann.run("create", "notes").exits(6); // this device knows the collection
    ann.run("show", "notes").exits(7);
    ann.cli().run("keyring", "show", "a/b").exits(2);
    ann.run("pin", "notes", "nonsense").exits(2);
    Path garbage = ann.cli().write("garbage", "{}");
    ann.cli().run("keyring", "show", "notes", "--keyring", garbage.toString()).exits(3);
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
    Cli.Result twice = ann.run("add", "notes", "laptop").exits(6); // itself
    assertTrue(twice.err().contains("member already"), twice.err());
    ann.run("add", "notes", "unknown").exits(2);
  }
}
