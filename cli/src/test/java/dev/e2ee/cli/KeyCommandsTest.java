package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCommandsTest {
  private static final byte[] TEXT = {1, 2, 3};

  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void makeKeys() throws IOException {
    cli = new Cli(home).initRaw();
  }

  private JsonNode keys() throws IOException {
    return cli.run("key", "list", "--json").exits(0).json();
  }

  private List<String> states() throws IOException {
    return keys().findValuesAsText("state");
  }

  @Test
  void listShowsPublicDataOnly() throws IOException {
    JsonNode only = keys().get(0);
    assertEquals("default", only.get("name").asText());
    assertEquals("PRIMARY", only.get("state").asText());
    assertTrue(only.get("id").asText().matches("[0-9a-f]{32}"));
    String table = cli.run("key", "list").exits(0).text();
    assertTrue(table.contains(only.get("id").asText()), table);
    assertTrue(table.contains("in the key file, encrypted"), table);
    assertFalse(table.contains(exported("default")), table);
  }

  private String exported(String name) throws IOException {
    Path out = home.resolve(name + ".hex");
    cli.run("key", "export", name, "--hex", "--reason", "test", "--out", out.toString()).exits(0);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(out)));
    String hex = Files.readString(out).strip();
    assertTrue(hex.matches("[0-9a-f]{64}"));
    return hex;
  }

  @Test
  void generateMakesANameOnce() throws IOException {
    assertEquals(
        1, cli.run("key", "generate", "b", "--json").exits(0).json().get("generation").asInt());
    cli.run("key", "generate", "b").exits(6);
    cli.run("key", "generate", "no spaces").exits(2);
    cli.run("key", "generate", "").exits(2);
    cli.run("key", "generate", "x".repeat(65)).exits(2);
    assertEquals(2, keys().size());
  }

  @Test
  void rotateKeepsWhatWasSealedAndRetireEndsIt() throws IOException {
    byte[] old = cli.feed(TEXT, "seal", "--aad", "x").exits(0).out();
    assertEquals(
        2, cli.run("key", "rotate", "default", "--json").exits(0).json().get("generation").asInt());
    assertEquals(List.of("OLD", "PRIMARY"), states());
    byte[] fresh = cli.feed(TEXT, "seal", "--aad", "x").exits(0).out();
    assertArrayEquals(TEXT, cli.feed(old, "open", "--aad", "x").exits(0).out());
    cli.run("key", "retire", "default", "--generation", "1").exits(2);
    assertEquals(List.of("OLD", "PRIMARY"), states());
    cli.run("key", "retire", "default", "--generation", "1", "--yes").exits(0);
    assertEquals(List.of("RETIRED", "PRIMARY"), states());
    cli.feed(old, "open", "--aad", "x").exits(6);
    assertArrayEquals(TEXT, cli.feed(fresh, "open", "--aad", "x").exits(0).out());
  }

  @Test
  void rotateAndExportTakeTheDefaultNameAndGenerateNone() throws IOException {
    assertEquals(2, cli.run("key", "rotate", "--json").exits(0).json().get("generation").asInt());
    Path out = home.resolve("plain.key");
    cli.run("key", "export", "--reason", "x", "--out", out.toString()).exits(0);
    assertEquals(exported("default"), HexFormat.of().formatHex(Files.readAllBytes(out)));
    cli.run("key", "generate").exits(2);
  }

  @Test
  void whatIsNotThereIsAnsweredWithWhatIs() {
    cli.run("key", "rotate").exits(0);
    String generation =
        cli.run("key", "retire", "default", "--generation", "9", "--yes").exits(6).err();
    assertTrue(generation.contains("1 (OLD), 2 (PRIMARY)"), generation);
    String name = cli.run("key", "retire", "nobody", "--generation", "1", "--yes").exits(6).err();
    assertTrue(name.contains("Its keys are: default."), name);
    assertFalse((generation + name).contains("--key"), generation + name);
  }

  @Test
  void whatCannotBeRetiredOrRotated() throws IOException {
    cli.run("key", "retire", "default", "--generation", "1", "--yes").exits(6);
    cli.run("key", "retire", "default", "--generation", "9", "--yes").exits(6);
    cli.run("key", "retire", "default", "--generation", "0", "--yes").exits(2);
    cli.run("key", "retire", "default", "--yes").exits(2);
    cli.run("key", "rotate", "nobody").exits(6);
    assertEquals(List.of("PRIMARY"), states());
  }

  @Test
  void exportAndImportMoveAKeyThatStillOpens() throws IOException {
    byte[] sealed = cli.feed(TEXT, "seal", "--aad", "x").exits(0).out();
    Path raw = home.resolve("raw.key");
    cli.run("key", "export", "default", "--reason", "move", "--out", raw.toString()).exits(0);
    assertEquals(32, Files.size(raw));
    assertEquals(exported("default"), HexFormat.of().formatHex(Files.readAllBytes(raw)));
    Path other = home.resolve("other.e2ee");
    cli.run("init", "--raw", "--keys", other.toString(), "--name", "first").exits(0);
    cli.run("key", "import", "moved", raw.toString(), "--keys", other.toString()).exits(0);
    Path again = home.resolve("again.key");
    cli.run(
            "key",
            "export",
            "moved",
            "--reason",
            "check",
            "-o",
            again.toString(),
            "--keys",
            other.toString())
        .exits(0);
    assertEquals(-1, Files.mismatch(raw, again));
    // Its bytes alone are a key of its own: the id is not the one that the first store drew.
    cli.feed(sealed, "open", "--aad", "x", "--keys", other.toString()).exits(4);
    Path third = home.resolve("third.e2ee");
    cli.run("init", "--raw", "--keys", third.toString(), "--name", "first").exits(0);
    String id = keys().get(0).get("id").asText();
    cli.run("key", "import", "back", raw.toString(), "--keys", third.toString(), "--id", id)
        .exits(2);
    cli.run(
            "key",
            "import",
            "back",
            raw.toString(),
            "--keys",
            third.toString(),
            "--id",
            "xyz",
            "--generation",
            "1")
        .exits(2);
    cli.run(
            "key",
            "import",
            "back",
            raw.toString(),
            "--keys",
            third.toString(),
            "--id",
            id,
            "--generation",
            "1")
        .exits(0);
    byte[] opened =
        cli.feed(sealed, "open", "--aad", "x", "--keys", third.toString()).exits(0).out();
    assertArrayEquals(TEXT, opened);
  }

  @Test
  void exportNeedsAReasonAndAPlaceAndIsAudited() throws IOException {
    Path out = home.resolve("key");
    cli.run("key", "export", "default", "--out", out.toString()).exits(2);
    cli.run("key", "export", "default", "--reason", "x").exits(2);
    cli.run("key", "export", "default", "--reason", " ", "--out", out.toString()).exits(2);
    cli.run("key", "export", "default", "--reason", "x", "--out", "-", "--json").exits(2);
    cli.run("key", "export", "nobody", "--reason", "x", "--out", out.toString()).exits(6);
    cli.run(
            "key",
            "export",
            "default",
            "--generation",
            "2",
            "--reason",
            "x",
            "--out",
            out.toString())
        .exits(6);
    assertFalse(Files.exists(out));
    cli.run("key", "export", "default", "--reason", "the audit says so", "--out", out.toString())
        .exits(0);
    cli.run("key", "export", "default", "--reason", "twice", "--out", out.toString()).exits(7);
    Path log = home.resolve(".local/state/e2ee/audit.jsonl");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
    JsonNode export =
        Files.readAllLines(log).stream()
            .map(KeyCommandsTest::parsed)
            .filter(line -> line.get("operation").asText().equals("export"))
            .filter(line -> line.get("outcome").asText().equals("OK"))
            .findFirst()
            .orElseThrow();
    assertEquals("the audit says so", export.get("reason").asText());
    assertTrue(export.get("store").asText().endsWith("keys.e2ee"), export::toString);
    for (String operation : List.of("open", "list", "find", "unlock")) {
      assertFalse(Files.readString(log).contains("\"" + operation + "\""), operation);
    }
    assertEquals(keys().get(0).get("id").asText(), export.get("key").asText());
    assertFalse(Files.readString(log).contains(HexFormat.of().formatHex(Files.readAllBytes(out))));
  }

  private static JsonNode parsed(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatCannotBeRecordedDoesNotHappen() throws IOException {
    Files.createDirectories(home.resolve("state"));
    Files.writeString(home.resolve("state/e2ee"), "a file where a directory is needed");
    cli.with("XDG_STATE_HOME", home.resolve("state"));
    Path out = home.resolve("key");
    cli.run("key", "export", "default", "--reason", "x", "--out", out.toString()).exits(7);
    assertFalse(Files.exists(out));
    cli.run("key", "rotate", "default").exits(7);
    assertEquals(List.of("PRIMARY"), states());
    cli.feed(TEXT, "seal", "--aad", "x").exits(0);
  }

  @Test
  void anAuditFileThatWasAskedForGetsEveryAttempt() throws IOException {
    Path log = home.resolve("audit");
    byte[] sealed = cli.feed(TEXT, "seal", "--aad", "x", "--audit", log.toString()).exits(0).out();
    cli.feed(sealed, "open", "--aad", "y", "--audit", log.toString()).exits(3);
    String lines = Files.readString(log);
    assertTrue(lines.contains("\"wrap\"") && lines.contains("aadSha256"), lines);
    assertTrue(lines.contains("\"unwrap\"") && lines.contains("INTEGRITY"), lines);
  }

  @Test
  void aKeyDoesNotGoToATerminal() {
    cli.onTerminal();
    cli.run("key", "export", "default", "--reason", "x", "--out", "-").exits(7);
    assertEquals(
        32,
        cli.run("key", "export", "default", "--reason", "x", "--out", "-", "--force")
            .exits(0)
            .out()
            .length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 63, 65, 66, 67, 1000})
  void importRefusesWhatIsNoKey(int length) throws IOException {
    Path file = cli.write("key", "e".repeat(length));
    cli.run("key", "import", "in", file.toString()).exits(7);
    assertEquals(1, keys().size());
  }

  @Test
  void importTakesHexWithALineBreakAndNoOtherDigits() throws IOException {
    String hex = "0123456789abcdefABCDEF9876543210".repeat(2);
    cli.run("key", "import", "a", cli.write("a", hex + "\n").toString()).exits(0);
    cli.run("key", "import", "b", cli.write("b", hex.replace('0', '1') + "\r\n").toString())
        .exits(0);
    cli.feed(hex.replace('0', '2').getBytes(StandardCharsets.US_ASCII), "key", "import", "c", "-")
        .exits(0);
    assertEquals(hex.toLowerCase(java.util.Locale.ROOT), exported("a"));
    // The same key twice would have the same id twice.
    cli.run("key", "import", "twin", cli.write("twin", hex).toString()).exits(6);
    cli.run("key", "import", "d", cli.write("d", hex.replace('0', 'g')).toString()).exits(7);
    cli.run("key", "import", "a", cli.write("e", hex).toString()).exits(6);
    cli.run("key", "import", "f", home.resolve("missing").toString()).exits(7);
    assertEquals(4, keys().size());
  }
}
