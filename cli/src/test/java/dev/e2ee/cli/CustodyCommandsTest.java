package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code e2ee custody} on key files; on tokens, see {@link TokenCommandsTest}. */
@Tag("once")
class CustodyCommandsTest {
  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void home() throws IOException {
    cli = new Cli(home);
  }

  @Test
  void theGroupShowsItsCommands() {
    String usage = cli.run("custody").exits(2).err();
    for (String command : List.of("list", "probe", "bench")) {
      assertTrue(usage.contains("\n  " + command + " "), usage);
      cli.run("custody", command, "--help").exits(0);
    }
  }

  @Test
  void listTellsTheBackEndsAndLoadsNoModule() throws IOException {
    JsonNode machine = cli.run("custody", "list", "--json").exits(0).json();
    List<String> schemes = machine.get("backEnds").findValuesAsText("scheme");
    assertEquals(List.of("file", "keychain", "pkcs11"), schemes.stream().sorted().toList());
    assertTrue(
        machine.get("backEnds").findValuesAsText("from").stream().noneMatch(String::isEmpty));
    assertTrue(machine.get("broken").isEmpty());
    String text = cli.run("custody", "list").exits(0).text();
    assertTrue(text.contains("dev.e2ee.custody.file.KeyFileProvider"), text);
    assertFalse(Files.readString(Path.of("/proc/self/maps")).contains("libopencryptoki"));
  }

  @Test
  void listShowsTheKeysOfAKeyFileAsKeyListDoes() throws IOException {
    cli.initRaw();
    String listed = cli.run("custody", "list", cli.keys().toString()).exits(0).text();
    assertTrue(listed.contains("'file:" + cli.keys() + "'"), listed);
    assertTrue(listed.endsWith(cli.run("key", "list").text()), listed);
    JsonNode json = cli.run("custody", "list", cli.keys().toString(), "--json").exits(0).json();
    assertEquals(cli.run("key", "list", "--json").json(), json.get("keys"));
    assertEquals(1, json.get("stores").size());
    cli.run("custody", "list", home.resolve("none").toString()).exits(6);
  }

  @Test
  void probeTellsOfTheDefaultKeyFileAndLeavesItAsItWas() throws IOException {
    assertTrue(cli.run("custody", "probe").exits(6).text().contains("-> e2ee init"));
    cli.initRaw();
    byte[] before = Files.readAllBytes(cli.keys());
    JsonNode look = cli.run("custody", "probe", "--look", "--json").exits(0).json();
    assertTrue(look.get("healthy").asBoolean());
    assertTrue(look.get("stopped").isNull());
    assertFalse(look.get("sections").has("speed"));
    String tried = cli.run("custody", "probe").exits(0).text();
    for (String part :
        List.of(
            "\nSpeed\n  wraps with 1 thread ",
            "  wraps with 8 threads",
            "\nWraps left\n  default 1  4294967295",
            "unlocked; every key in use opens",
            "warn  slots       one way to open the file (RAW)",
            "-> add one with e2ee key add-slot")) {
      assertTrue(tried.contains(part), () -> part + " is missing in\n" + tried);
    }
    assertArrayEquals(before, Files.readAllBytes(cli.keys()));
  }

  @Test
  void probeAnswersTheShellWhatKindOfTroubleThereIs() throws IOException {
    Path secret = cli.write("secret", "correct horse\n");
    Path wrong = cli.write("wrong", "battery\n");
    cli.run("init", "--passphrase-file", secret.toString()).exits(0);
    cli.run("custody", "probe", "--passphrase-file", secret.toString()).exits(0);
    String refused =
        cli.run("custody", "probe", "--passphrase-file", wrong.toString()).exits(5).text();
    assertTrue(refused.contains("fail  unlock"), refused);
    assertFalse(refused.contains("battery"), refused);
    Files.write(cli.keys(), new byte[64]);
    assertTrue(cli.run("custody", "probe").exits(6).text().contains("CORRUPT"));
    cli.run("custody", "probe", "keychain:service=a;account=b").exits(6);
    cli.run("custody", "probe", "pkcs11:token=t?pin-value=1").exits(2);
  }

  /** A wrong URI is wrong to every command, and its hint fits what was meant. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pkcs11:token=a&object=b?module-name=m|object stands behind a &|pkcs11:token=vault?",
        "pkcs11:token=a?module-name=m;pin-source=env:P|pin-source stands behind a ;|custody list",
        "file:/k?pass=x|pass is not known|file:/home/ann/keys.e2ee?passphrase-source=",
        "keychain:login|an attribute is not known|keychain:service=e2ee;account=",
        "none.e2ee?passphrase-source=env:P|behind a question mark|Write file: before it",
        "File:/k|no kind of key store|Write ./ before",
      })
  void aWrongUriIsToldAloneAndWithAHintThatFits(String uri, String what, String hint) {
    for (String[] command :
        new String[][] {
          {"custody", "list", uri},
          {"custody", "probe", uri},
          {"custody", "bench", uri},
          {"custody", "test", uri},
          {"doctor", "--keys", uri},
          {"key", "list", "--keys", uri}
        }) {
      String told = cli.run(command).exits(2).err();
      assertTrue(told.contains(what) && told.contains(hint), told);
      assertFalse(told.contains("--keys"), told);
    }
    cli.with("E2EE_KEYS", Path.of(uri));
    cli.run("key", "list").exits(2);
  }

  @Test
  void aTildeIsNotExpandedAndThatIsTold() {
    String told = cli.run("custody", "list", "file:~/keys.e2ee").exits(6).err();
    assertTrue(told.contains("~ is not expanded"), told);
  }

  @Test
  void benchUsesTheKeyThatIsNamedAndNoOther() throws IOException {
    cli.initRaw();
    JsonNode keys = cli.run("key", "list", "--json").json();
    String unnamed = cli.run("custody", "bench").exits(2).err();
    assertTrue(unnamed.contains("--key NAME") && unnamed.contains("are: default."), unnamed);
    cli.run("custody", "bench", "--key", "none").exits(6);
    cli.run("custody", "bench", "--key", "default", "--threads", "0").exits(2);
    JsonNode json =
        cli.run(
                "custody",
                "bench",
                "--key",
                "default",
                "--threads",
                "2",
                "--seconds",
                "1",
                "--json")
            .exits(0)
            .json();
    assertEquals(keys.get(0).get("id"), json.get("key"));
    assertEquals(
        List.of("wrap", "unwrap", "wrap", "unwrap"),
        json.get("measurements").findValuesAsText("operation"));
    assertEquals(List.of("1", "1", "2", "2"), json.get("measurements").findValuesAsText("threads"));
    for (JsonNode row : json.get("measurements")) {
      assertTrue(row.get("perSecond").asLong() > 0, json::toString);
      assertTrue(row.get("medianMicros").asLong() <= row.get("p99Micros").asLong());
    }
    assertEquals(keys, cli.run("key", "list", "--json").json(), "no key was made");
    long left =
        cli.run("custody", "probe", "--look", "--json")
            .json()
            .at("/sections/wraps left/default 1")
            .asLong();
    assertTrue((1L << 32) - left > json.get("wrapsSpent").asLong(), "all of them were counted");
    String text =
        cli.run("custody", "bench", "--key", "default", "--threads", "1", "--seconds", "1").text();
    assertTrue(text.contains("On this machine, now") && text.contains("It spent "), text);
  }
}
