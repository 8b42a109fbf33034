package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
class InitAndSlotsTest {
  private static final byte[] TEXT = {1, 2, 3};
  private static final String SECRET = "correct horse b\u00e4ttery";

  @TempDir Path home;
  private Cli cli;
  private String passphrase;

  @BeforeEach
  void writePassphrase() throws IOException {
    cli = new Cli(home);
    passphrase = cli.write("passphrase", SECRET + "\n").toString();
  }

  private List<JsonNode> slots() throws IOException {
    JsonNode all = cli.run("key", "slots", "--json").exits(0).json();
    return List.copyOf(all.findParents("id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo:x", "files:x", "PKCS11:token=t", "key-chain:a"})
  void aMistypedSchemeMakesNoFile(String keys) {
    String err = cli.run("init", "--raw", "--keys", keys).exits(2).err();
    assertTrue(err.contains("./"), err);
    assertFalse(Files.exists(Path.of(keys)));
  }

  @Test
  void initMakesAKeyFileThatOnlyThePassphraseOpens() throws IOException {
    var made = cli.run("init", "--passphrase-file", passphrase, "--json").exits(0);
    assertEquals("PASSPHRASE", made.json().get("slot").asText());
    assertEquals("default", made.json().get("key").get("name").asText());
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cli.keys())));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(cli.keys().getParent())));
    byte[] sealed =
        cli.feed(TEXT, "seal", "--aad", "x", "--passphrase-file", passphrase).exits(0).out();
    // The same letters composed another way, and without a newline: NFC makes them the same.
    String decomposed = cli.write("nfd", "correct horse ba\u0308ttery").toString();
    var opened = cli.feed(sealed, "open", "--aad", "x", "--passphrase-file", decomposed).exits(0);
    assertArrayEquals(TEXT, opened.out());
    String wrong = cli.write("wrong", SECRET + "\n\n").toString();
    var refused = cli.feed(sealed, "open", "--aad", "x", "--passphrase-file", wrong).exits(5);
    assertFalse((refused.err() + refused.text()).contains("horse"));
  }

  @Test
  void initNeverReplacesAnything() throws IOException {
    cli.initRaw();
    byte[] before = Files.readAllBytes(cli.keys());
    cli.run("init", "--raw").exits(6);
    cli.run("init", "--passphrase-file", passphrase).exits(6);
    assertArrayEquals(before, Files.readAllBytes(cli.keys()));
    Path text = cli.write("text", "not a key file");
    cli.run("init", "--raw", "--keys", text.toString()).exits(6);
    assertEquals("not a key file", Files.readString(text));
  }

  @Test
  void initRefusesWhatItCannotMake() {
    cli.run("init", "--raw", "--name", "no spaces").exits(2);
    cli.run("init", "--slot-key", "x", "--passphrase-file", passphrase).exits(2);
    cli.run("init", "--keys", "pkcs11:token=x").exits(2);
    cli.run("init", "--keys", "file:/tmp/x?passphrase-source=env:P").exits(2);
    cli.run("init", "--passphrase-file", home.resolve("none").toString()).exits(7);
    cli.run("init", "--passphrase-file", passphrase, "--passphrase-fd", "3").exits(2);
    for (String number : List.of("1", "2", "-1", "x")) {
      cli.run("init", "--passphrase-fd", number).exits(2);
    }
    assertFalse(Files.exists(cli.keys()));
  }

  private String itemUri(String service, Path keyFile) {
    return "keychain:service=" + service + ";account=a?backend=secret-service&key-file=" + keyFile;
  }

  @Test
  void aRefusalSaysWhatToWriteInstead() {
    String token = cli.run("init", "--keys", "pkcs11:token=x").exits(2).err();
    assertTrue(token.contains("e2ee init --keys 'keychain:service=e2ee;account="), token);
    String name = cli.run("init", "--raw", "--name", "\u00fcbung").exits(2).err();
    assertTrue(name.contains("letters a-z and A-Z, digits, dots, underscores"), name);
    Path file = home.resolve("k");
    String uri = cli.run("key", "list", "--keys", itemUri("\u00fc", file)).exits(2).err();
    assertTrue(uri.contains("has '\u00fc', which must be percent-encoded: %C3%BC"), uri);
    String mine = itemUri("s", file);
    String given =
        cli.run("init", "--keychain", "--keys", mine, "--passphrase-file", passphrase)
            .exits(2)
            .err();
    assertTrue(given.contains("no passphrase opens what init makes in the keychain"), given);
    assertTrue(given.contains("e2ee key add-slot --keys '" + mine + "' --new-passphrase-"), given);
    assertFalse(Files.exists(file));
  }

  @Test
  void aKeyFileThatIsNotThereIsNamedByItsPath() {
    Path file = home.resolve("gone");
    String uri = itemUri("s", file);
    String gone = cli.run("key", "list", "--keys", uri).exits(6).err();
    assertTrue(gone.contains("there is no key file " + file + ", which keychain:service=s"), gone);
    assertTrue(gone.contains("If there never was one: e2ee init --keys '" + uri + "'"), gone);
    String home = cli.run("key", "list", "--keys", itemUri("s", Path.of("~/k"))).exits(6).err();
    assertTrue(home.contains("~ is not expanded here"), home);
  }

  @Test
  void passphrasesThatAreNone() throws IOException {
    for (byte[] content :
        List.of(new byte[0], new byte[] {'\n'}, new byte[1025], new byte[] {-1})) {
      String file = cli.write("bad", content).toString();
      cli.run("init", "--passphrase-file", file).exits(5);
      assertFalse(Files.exists(cli.keys()));
    }
  }

  @Test
  void aRawSlotSaysWhatItMeansAndItsKeyCanLieElsewhere() throws IOException {
    String text = cli.run("init", "--raw").exits(0).text();
    assertTrue(text.contains("whoever can read it"), text);
    Path other = home.resolve("other.e2ee");
    Path slotKey = home.resolve("slot.key");
    cli.run("init", "--raw", "--keys", other.toString(), "--slot-key", slotKey.toString()).exits(0);
    cli.feed(TEXT, "seal", "--aad", "x", "--keys", "file:" + other + "?slot-key=" + slotKey)
        .exits(0);
  }

  @Test
  void theUriMayNameThePassphrasesSource() {
    cli.run("init", "--passphrase-file", passphrase).exits(0);
    String uri = "file:" + cli.keys() + "?passphrase-source=file:" + passphrase;
    cli.feed(TEXT, "seal", "--aad", "x", "--keys", uri).exits(0);
  }

  @Test
  void passwdChangesThePassphraseAndNothingElse() throws IOException {
    cli.run("init", "--passphrase-file", passphrase).exits(0);
    String next = cli.write("next", "another").toString();
    byte[] sealed =
        cli.feed(TEXT, "seal", "--aad", "x", "--passphrase-file", passphrase).exits(0).out();
    cli.run("key", "passwd", "--passphrase-file", next, "--new-passphrase-file", next).exits(5);
    var changed =
        cli.run("key", "passwd", "--passphrase-file", passphrase, "--new-passphrase-file", next);
    assertFalse(changed.exits(0).text().contains("another"));
    cli.feed(sealed, "open", "--aad", "x", "--passphrase-file", passphrase).exits(5);
    assertArrayEquals(
        TEXT, cli.feed(sealed, "open", "--aad", "x", "--passphrase-file", next).exits(0).out());
    cli.run("key", "passwd", "--passphrase-fd", "9", "--new-passphrase-fd", "9").exits(2);
  }

  @Test
  void slotsAreAddedListedAndRemoved() throws IOException {
    cli.initRaw();
    String first = slots().get(0).get("id").asText();
    cli.run("key", "add-slot", "--label", "safe", "--new-passphrase-file", passphrase).exits(0);
    assertEquals(2, slots().size());
    assertEquals("safe", slots().get(1).get("label").asText());
    assertEquals(65536, slots().get(1).get("argon2MemoryKiB").asInt());
    String table = cli.run("key", "slots").exits(0).text();
    assertTrue(table.contains("RAW") && table.contains("64 MiB"), table);
    // With a passphrase slot there, the slot key beside the file no longer answers unasked.
    String asked = cli.run("key", "remove-slot", "zz").exits(5).err();
    assertTrue(asked.contains("slot-key="), asked);
    String err =
        cli.run("key", "remove-slot", "zz", "--passphrase-file", passphrase).exits(6).err();
    assertTrue(err.contains("no slot has an id that begins with that"), err);
    cli.run("key", "remove-slot", "", "--passphrase-file", passphrase).exits(6);
    String start = first.substring(0, 12);
    cli.run("key", "remove-slot", start, "--passphrase-file", passphrase).exits(0);
    assertEquals(1, slots().size());
    cli.run(
            "key",
            "remove-slot",
            slots().get(0).get("id").asText(),
            "--passphrase-file",
            passphrase)
        .exits(6);
    cli.feed(TEXT, "seal", "--aad", "x", "--passphrase-file", passphrase).exits(0);
    cli.run("key", "add-slot", "--slot-key", "x").exits(2);
    cli.run("key", "add-slot", "--raw", "--label", "l", "--passphrase-file", passphrase).exits(0);
    String slot = slots().get(0).get("id").asText();
    String next = cli.write("next", "another").toString();
    cli.run(
            "key",
            "passwd",
            "--slot",
            slot,
            "--passphrase-file",
            passphrase,
            "--new-passphrase-file",
            next)
        .exits(0);
    assertEquals(2, slots().size());
  }

  @Test
  void adamagedOrOpenKeyFileIsNotUsed() throws IOException {
    cli.initRaw();
    Files.setPosixFilePermissions(cli.keys(), PosixFilePermissions.fromString("rw-r--r--"));
    var open = cli.run("key", "list").exits(6);
    assertTrue(open.err().contains("chmod 600"), open.err());
    Files.setPosixFilePermissions(cli.keys(), PosixFilePermissions.fromString("rw-------"));
    byte[] whole = Files.readAllBytes(cli.keys());
    Files.write(cli.keys(), Cli.withBitFlipped(whole, 100));
    cli.run("key", "list").exits(6);
    Files.write(cli.keys(), java.util.Arrays.copyOf(whole, 50));
    cli.run("key", "list").exits(6);
  }
}
