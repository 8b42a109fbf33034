package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewrapTest {
  private static final List<String> IDS = List.of("a", "b", "sub/c", "sub/deep/\u00e4");

  @TempDir Path home;
  private Cli cli;
  private Path tree;

  @BeforeEach
  void makeKeys() throws IOException {
    cli = new Cli(home).initRaw();
    tree = Files.createDirectory(home.resolve("tree"));
  }

  private void sealTree() throws IOException {
    for (String id : IDS) {
      byte[] text = id.getBytes(StandardCharsets.UTF_8);
      byte[] sealed =
          cli.feed(text, "seal", "--user", "ann", "--type", "file", "--id", id).exits(0).out();
      cli.write("tree/" + id, sealed);
    }
  }

  private Cli.Result rewrapTree(String... more) {
    String[] start = {
      "rewrap", tree.toString(), "--user", "ann", "--type", "file", "--id-from-path", "--json"
    };
    String[] all = java.util.Arrays.copyOf(start, start.length + more.length);
    System.arraycopy(more, 0, all, start.length, more.length);
    return cli.run(all);
  }

  private static void counts(JsonNode result, int rewrapped, int current, int failed) {
    assertEquals(rewrapped, result.get("rewrapped").asInt(), result::toPrettyString);
    assertEquals(current, result.get("alreadyCurrent").asInt(), result::toPrettyString);
    assertEquals(failed, result.get("failed").size(), result::toPrettyString);
  }

  private int generation(Path file) throws IOException {
    return cli.run("inspect", "--json", file.toString())
        .exits(0)
        .json()
        .get(0)
        .get("generation")
        .asInt();
  }

  private void allOpen(String... more) throws IOException {
    for (String id : IDS) {
      byte[] sealed = Files.readAllBytes(tree.resolve(id));
      String[] start = {"open", "--user", "ann", "--type", "file", "--id", id};
      String[] all = java.util.Arrays.copyOf(start, start.length + more.length);
      System.arraycopy(more, 0, all, start.length, more.length);
      assertEquals(id, cli.feed(sealed, all).exits(0).text());
    }
  }

  @Test
  void oneFileToTheNextGenerationKeepsItsBodyAndItsMode() throws IOException {
    Path file = cli.write("note", cli.feed(new byte[50], "seal", "--aad", "x").exits(0).out());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    byte[] before = Files.readAllBytes(file);
    cli.run("key", "rotate", "default").exits(0);
    cli.run("rewrap", file.toString(), "--aad", "y").exits(3);
    assertArrayEquals(before, Files.readAllBytes(file));
    counts(cli.run("rewrap", file.toString(), "--aad", "x", "--json").exits(0).json(), 1, 0, 0);
    byte[] after = Files.readAllBytes(file);
    assertTrue(
        java.util.Arrays.equals(
            before, before.length - 78, before.length, after, after.length - 78, after.length));
    assertEquals(2, generation(file));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    counts(cli.run("rewrap", file.toString(), "--aad", "x", "--json").exits(0).json(), 0, 1, 0);
    assertArrayEquals(after, Files.readAllBytes(file));
    assertArrayEquals(new byte[50], cli.feed(after, "open", "--aad", "x").exits(0).out());
  }

  @Test
  void aTreeWithItsIdsFromThePaths() throws IOException {
    sealTree();
    cli.write("tree/plain.txt", "E2EE is no envelope yet");
    Files.createSymbolicLink(tree.resolve("link"), tree.resolve("a"));
    Path outside = Files.createDirectory(home.resolve("outside"));
    Path kept = cli.write("outside/kept", Files.readAllBytes(tree.resolve("a")));
    byte[] keptBytes = Files.readAllBytes(kept);
    Files.createSymbolicLink(tree.resolve("linked"), outside);
    cli.run("key", "rotate", "default").exits(0);
    JsonNode dry = rewrapTree("--dry-run").exits(0).json();
    counts(dry, 4, 0, 0);
    assertEquals(1, generation(tree.resolve("a")));
    JsonNode done = rewrapTree().exits(0).json();
    counts(done, 4, 0, 0);
    assertEquals(3, done.get("notEnvelopes").asInt());
    assertEquals(2, generation(tree.resolve("sub/deep/\u00e4")));
    allOpen("--min-generation", "2");
    counts(rewrapTree().exits(0).json(), 0, 4, 0);
    assertArrayEquals(keptBytes, Files.readAllBytes(kept));
    assertTrue(Files.isSymbolicLink(tree.resolve("link")));
  }

  @Test
  void whatFailsIsReportedAndKeptAndTheOthersGoOn() throws IOException {
    sealTree();
    byte[] altered = Cli.withBitFlipped(Files.readAllBytes(tree.resolve("b")), 60);
    Files.write(tree.resolve("b"), altered);
    byte[] body = Files.readAllBytes(tree.resolve("sub/c"));
    body = Cli.withBitFlipped(body, body.length - 1);
    Files.write(tree.resolve("sub/c"), body);
    cli.run("key", "rotate", "default").exits(0);
    var result = rewrapTree().exits(8);
    counts(result.json(), 2, 0, 2);
    assertTrue(result.err().contains(tree.resolve("b").toString()), result.err());
    assertArrayEquals(altered, Files.readAllBytes(tree.resolve("b")));
    assertArrayEquals(body, Files.readAllBytes(tree.resolve("sub/c")));
    counts(rewrapTree("--dry-run").exits(8).json(), 0, 2, 2);
    assertEquals(List.of("c", "deep"), Cli.names(tree.resolve("sub")));
  }

  @Test
  void anotherKeyAndAnotherStore() throws IOException {
    sealTree();
    cli.run("key", "generate", "second").exits(0);
    rewrapTree("--to-key", "nobody").exits(6);
    counts(rewrapTree("--to-key", "second").exits(0).json(), 4, 0, 0);
    allOpen("--key", "second");
    counts(rewrapTree().exits(0).json(), 0, 4, 0);
    Path other = home.resolve("other.e2ee");
    cli.run("init", "--raw", "--keys", other.toString(), "--name", "moved").exits(0);
    rewrapTree("--to-keys", other.toString()).exits(8);
    counts(rewrapTree("--to-keys", other.toString(), "--to-key", "moved").exits(0).json(), 4, 0, 0);
    allOpen("--keys", other.toString());
    counts(rewrapTree("--to-keys", other.toString(), "--to-key", "moved").exits(0).json(), 0, 4, 0);
    rewrapTree("--to-keys", "x", "--to-passphrase-fd", "7", "--passphrase-fd", "7").exits(2);
  }

  /** What the URI of a store names would be used, and the option passed over. */
  @Test
  void noStoreHasTwoSecretsNamed() throws IOException {
    sealTree();
    String secret = cli.write("p", "correct horse battery staple").toString();
    String other = home.resolve("other.e2ee").toString();
    cli.run("init", "--keys", other, "--passphrase-file", secret).exits(0);
    String named = "file:" + other + "?passphrase-source=file:" + secret;
    String to = rewrapTree("--to-keys", named, "--to-passphrase-file", secret).exits(2).err();
    assertTrue(to.contains("--to-passphrase-file and passphrase-source in the URI"), to);
    assertTrue(to.contains(other) && to.contains("passphrase-source=callback:"), to);
    String from = rewrapTree("--keys", named, "--passphrase-file", secret).exits(2).err();
    assertTrue(from.contains("--passphrase-file and passphrase-source in the URI"), from);
    String slot = "file:" + cli.keys() + "?slot-key=" + secret;
    String key = rewrapTree("--keys", slot, "--passphrase-fd", "3").exits(2).err();
    assertTrue(key.contains("--passphrase-fd and slot-key in the URI"), key);
    String none = rewrapTree("--to-passphrase-file", secret).exits(2).err();
    assertTrue(none.contains("for the store of --to-keys"), none);
    String asked = "file:" + other + "?passphrase-source=callback:";
    counts(rewrapTree("--to-keys", asked, "--to-passphrase-file", secret).exits(0).json(), 4, 0, 0);
    counts(rewrapTree("--to-keys", named, "--passphrase-file", secret).exits(0).json(), 0, 4, 0);
    cli.with("E2EE_KEYS", Path.of(named));
    String environment = cli.run("key", "list", "--passphrase-file", secret).exits(2).err();
    assertTrue(environment.contains("both name the secret of file:" + other), environment);
    cli.run("key", "list").exits(0);
  }

  @Test
  void aFileOfAnUnknownKeyIsReported() throws IOException {
    Path other = home.resolve("other.e2ee");
    cli.run("init", "--raw", "--keys", other.toString()).exits(0);
    byte[] foreign = cli.feed(new byte[1], "seal", "--aad", "x", "--keys", other.toString()).out();
    Path file = cli.write("tree/foreign", foreign);
    cli.run("rewrap", file.toString(), "--aad", "x").exits(4);
    counts(cli.run("rewrap", tree.toString(), "--aad", "x", "--json").exits(8).json(), 0, 0, 1);
    assertArrayEquals(foreign, Files.readAllBytes(file));
  }

  @Test
  void unfinishedFilesOfADeadProcessAreRemovedAndKeysAreNoEnvelopes() throws IOException {
    sealTree();
    cli.write("tree/sub/.e2ee-0123456789abcdef.tmp", Files.readAllBytes(tree.resolve("a")));
    Files.copy(cli.keys(), tree.resolve("keys"));
    counts(rewrapTree().exits(0).json(), 0, 4, 0);
    assertEquals(List.of("c", "deep"), Cli.names(tree.resolve("sub")));
  }

  @Test
  void aNewerVersionIsReportedAsOne() throws IOException {
    sealTree();
    byte[] newer = Files.readAllBytes(tree.resolve("a"));
    newer[4] = 2;
    Files.write(tree.resolve("a"), newer);
    counts(rewrapTree().exits(8).json(), 0, 3, 1);
  }

  @Test
  void aDryRunOpensWhatIsCurrentToo() throws IOException {
    sealTree();
    String[] wrong = {"rewrap", tree.toString(), "--aad", "wrong", "--json", "--dry-run"};
    counts(cli.run(wrong).exits(8).json(), 0, 0, 4);
    counts(rewrapTree("--dry-run").exits(0).json(), 0, 4, 0);
  }

  @Test
  void theIdFromAPathHasNoEnding() throws IOException {
    for (String id : List.of("n/7", "n/.e2ee", "m.e2ee")) {
      byte[] sealed =
          cli.feed(new byte[1], "seal", "--user", "ann", "--type", "file", "--id", id).out();
      cli.write("tree/" + id + (id.equals("n/.e2ee") ? "" : ".e2ee"), sealed);
    }
    counts(rewrapTree("--dry-run").exits(0).json(), 0, 3, 0);
    assertTrue(cli.run("rewrap", "--help").exits(0).text().contains("notes/7.e2ee"));
  }

  @Test
  void ofManyFailuresTenAreToldAndTheHintOnce() throws IOException {
    byte[] sealed =
        cli.feed(new byte[1], "seal", "--user", "ann", "--type", "file", "--id", "x").out();
    for (int i = 10; i < 23; i++) {
      cli.write("tree/" + i + ".e2ee", sealed);
    }
    var result = rewrapTree("--dry-run").exits(8);
    counts(result.json(), 0, 0, 13);
    assertEquals(12, result.err().lines().count(), result.err());
    assertTrue(result.err().contains("and 3 more"), result.err());
    assertTrue(result.err().contains("The id that was tried: 10. "), result.err());
    assertTrue(result.err().contains("--tenant, --revision"), result.err());
  }

  @Test
  void damagedEnvelopesAreFailuresAndNotPassedOver() throws IOException {
    sealTree();
    byte[] sealed = Files.readAllBytes(tree.resolve("a"));
    cli.write("tree/empty.e2ee", new byte[0]);
    cli.write("tree/cut.e2ee", java.util.Arrays.copyOf(sealed, 3));
    cli.write("tree/cut", java.util.Arrays.copyOf(sealed, 4));
    cli.write("tree/header.e2ee", java.util.Arrays.copyOf(sealed, 20));
    cli.write("tree/version.e2ee", Cli.withBitFlipped(Cli.withBitFlipped(sealed, 4), 0));
    Files.copy(cli.keys(), tree.resolve("keys.e2ee"));
    var result = rewrapTree().exits(8);
    counts(result.json(), 0, 4, 5);
    assertEquals(1, result.json().get("notEnvelopes").asInt());
    assertTrue(result.err().contains("empty.e2ee"), result.err());
  }

  @Test
  void argumentsThatDoNotFit() throws IOException {
    sealTree();
    String file = tree.resolve("a").toString();
    cli.run("rewrap").exits(2);
    cli.run("rewrap", home.resolve("none").toString(), "--aad", "x").exits(7);
    cli.run("rewrap", file, "--user", "u", "--type", "t", "--id-from-path").exits(2);
    cli.run("rewrap", tree.toString(), "--id-from-path").exits(2);
    cli.run("rewrap", tree.toString(), "--id-from-path", "--user", "u", "--type", "t", "--id", "i")
        .exits(2);
    cli.run("rewrap", cli.write("plain", "text").toString(), "--aad", "x").exits(3);
  }

  @Test
  void aBarOnATerminalAndNothingInAPipe() throws IOException {
    sealTree();
    cli.run("key", "rotate", "default").exits(0);
    assertEquals("", rewrapTree("--dry-run").exits(0).err());
    cli.onTerminal();
    assertTrue(rewrapTree().exits(0).err().contains("4/4"));
    assertFalse(rewrapTree().exits(0).text().contains("4/4"));
  }
}
