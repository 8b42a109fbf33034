package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2ee custody test} over stores that a user has: a key file, and a token that is lost. */
@Tag("once")
class CustodyTestCommandTest {
  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
  private static final Path SERVER = Path.of("/usr/libexec/p11-kit/p11-kit-server");
  private static final Path CLIENT = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so");

  private static final Path PKCS11_TOOL = Path.of("/usr/bin/pkcs11-tool");

  @TempDir Path home;

  @Test
  void aKeyFileIsTestedByItsCopiesAndStaysAsItIs() throws IOException {
    Cli cli = new Cli(home).initRaw();
    byte[] before = Files.readAllBytes(cli.keys());
    Path report = home.resolve("new/report");
    Cli.Result result =
        cli.run(
            "custody",
            "test",
            cli.keys().toString(),
            "--point",
            "wrap-every-bit,corrupt,killed-writer,lost-makes-nothing",
            "--point",
            "wrong-secret,frozen",
            "--report",
            report.toString());
    result.exits(10); // two were asked for and not tried
    assertTrue(result.text().contains("4 passed, 0 failed, 2 declared"), result.text());
    assertTrue(result.text().contains("Your own file was not touched"), result.text());
    assertArrayEquals(before, Files.readAllBytes(cli.keys()));
    JsonNode json = new ObjectMapper().readTree(report.resolve("custody.json").toFile());
    assertEquals(6, json.required("points").size());
    assertTrue(Files.readString(report.resolve("index.html")).contains("wrap-every-bit"));
    assertTrue(result.text().contains("Only 6 of 39 points were run or declared"), result.text());
    assertTrue(result.text().contains(" Not: uri-round-trip, "), result.text());
    assertEquals(33, json.required("notRun").size());
    assertEquals("small", json.required("effort").required("name").asText());
    assertTrue(json.required("version").asText().matches("[0-9].*"), json::toPrettyString);
    assertEquals("", result.err());
  }

  /** Not the address of a copy that is gone. */
  @Test
  void itsReportShowsTheFileOfTheUserAndSaysThatCopiesWereTested() throws IOException {
    Cli cli = new Cli(home).initRaw();
    Path report = home.resolve("report");
    String text =
        cli.run(
                "custody",
                "test",
                cli.keys().toString(),
                "--point",
                "dek-length,generated-as-described",
                "--report",
                report.toString())
            .exits(0)
            .text();
    String address = "file:" + cli.keys();
    assertTrue(text.contains("generated-as-described: residency MEMORY, wrapAlg 1"), text);
    assertTrue(text.startsWith(address + "\n  E2EE key file, format 1\n  E2EE 0."), text);
    JsonNode json = new ObjectMapper().readTree(report.resolve("custody.json").toFile());
    assertEquals(address, json.required("address").asText());
    JsonNode facts = json.required("facts");
    assertTrue(facts.required("Tested").asText().contains("a copy"), json::toPrettyString);
    assertEquals("rw-------", facts.required("Permissions").asText());
    assertEquals("RAW 'slot key'", facts.required("Slots").asText());
    assertTrue(facts.required("Size").asText().matches("[1-9][0-9,]* bytes"));
    assertEquals("no keys", facts.required("Left in the store").asText());
  }

  @Test
  void theAuditLogTellsOfARunAndOfOneThatBeganOnly() throws IOException {
    Cli cli = new Cli(home).initRaw();
    cli.run("custody", "test", cli.keys().toString(), "--point", "dek-length").exits(0);
    String log = Files.readString(home.resolve(".local/state/e2ee/audit.jsonl"));
    String store = "\"store\":\"file:" + cli.keys() + "\",";
    assertTrue(log.contains(store + "\"operation\":\"tck-begin\""), log);
    assertTrue(log.contains(store + "\"operation\":\"tck-end\""), log);
    assertTrue(log.contains("points: 1; names of keys begin with tck-"), log);
    assertTrue(log.contains("1 passed, 0 failed, 0 declared; left: no keys"), log);
    assertFalse(log.contains("e2ee-tck-store-"), log);
  }

  @Test
  void whoStopsARunHasAReportThatSaysSo() throws Exception {
    new Cli(home).initRaw();
    CliProcess.Answer answer =
        CliProcess.shell(
            home,
            """
            "$@" custody test .local/share/e2ee/keys.e2ee --report report > out & pid=$!
            while kill -0 $pid && ! test -s report/index.html; do sleep .02; done
            kill -9 $pid; wait $pid; test $? = 137
            """);
    assertEquals(0, answer.exit(), answer.out() + answer.err());
    JsonNode json = new ObjectMapper().readTree(home.resolve("report/custody.json").toFile());
    int run = json.required("points").size();
    assertEquals(39 - run, json.required("notRun").size());
    String page = Files.readString(home.resolve("report/index.html"));
    assertTrue(page.contains(" of 39 points were run or declared"), page);
  }

  @Test
  void aWrongPassphraseLeavesNoReportFolder() throws IOException {
    Cli cli = new Cli(home);
    String right = cli.write("passphrase", "correct horse battery staple\n").toString();
    String wrong = cli.write("wrong", "battery\n").toString();
    cli.run("init", "--passphrase-file", right).exits(0);
    Path report = home.resolve("report");
    cli.run(
            "custody",
            "test",
            cli.keys().toString(),
            "--passphrase-file",
            wrong,
            "--report",
            report.toString())
        .exits(5);
    assertFalse(Files.exists(report));
  }

  /** Its passphrase costs as much memory in the other processes as here. */
  @Test
  void aKeyFileWithAPassphraseIsOpenedByOtherProcessesToo() throws IOException {
    Cli cli = new Cli(home);
    String passphrase = cli.write("passphrase", "correct horse battery staple\n").toString();
    cli.run("init", "--passphrase-file", passphrase).exits(0);
    Cli.Result result =
        cli.run(
            "custody",
            "test",
            cli.keys().toString(),
            "--passphrase-file",
            passphrase,
            "--point",
            "two-processes,killed-writer,heap-dump");
    result.exits(0);
    assertTrue(result.text().contains("3 passed, 0 failed, 0 declared"), result.text());
    String wrong = cli.write("wrong", "battery").toString();
    String report = home.resolve("report").toString();
    cli.run(
            "custody",
            "test",
            cli.keys().toString(),
            "--passphrase-file",
            wrong,
            "--report",
            report)
        .exits(5);
    assertFalse(Files.exists(home.resolve("report")), "nothing to report");
  }

  @Test
  void whatMakesNoSenseIsRefusedBeforeTheWork() throws IOException {
    Cli cli = new Cli(home).initRaw();
    String keys = cli.keys().toString();
    cli.run("custody", "test", keys, "--break", "true").exits(2);
    cli.run("custody", "test", keys, "--by-hand", "--break", "a", "--restore", "b").exits(2);
    cli.run("custody", "test", keys, "--by-hand").exits(2);
    String said = cli.run("custody", "test", keys, "--point", "speed").exits(2).err();
    assertTrue(said.contains("wrap-every-bit"), said);
    String none = home.resolve("none").toString();
    cli.run("custody", "test", none, "--point", "speed").exits(2);
    cli.run("custody", "test", none).exits(6);
    said = cli.run("custody", "test", keys, "--report", "tck.html").exits(2).err();
    assertTrue(said.contains("--report takes a directory"), said);
    cli.run("custody").exits(2);
  }

  /** A token behind a server that the user's own commands stop and start. */
  private CliProcess.Answer sh(String script) throws IOException, InterruptedException {
    assumeTrue(Files.exists(MODULE) && Files.exists(SERVER), "SoftHSM or p11-kit is not installed");
    String head =
        """
        export SOFTHSM2_CONF=$HOME/softhsm2.conf PIN=1234-5678 P11_KIT_SERVER_ADDRESS=unix:path=$HOME/s
        mkdir -p tokens
        printf 'directories.tokendir = %%s/tokens\\nlog.level = ERROR\\n' "$HOME" > softhsm2.conf
        softhsm2-util --init-token --free --label vault --pin "$PIN" --so-pin 5678 > /dev/null
        up='rm -f s; setsid %s --foreground --name s --provider %s pkcs11:token=vault > log 2>&1 &
          echo $! > pid; while ! test -S s; do sleep .02; done'
        down='kill -9 -$(cat pid)'
        sh -c "$up"
        keys='pkcs11:token=vault?module-path=%s&pin-source=env:PIN'
        run=("$@"); e2ee() { "${run[0]}" --enable-native-access=ALL-UNNAMED "${run[@]:1}" "$@"; }
        """
            .formatted(SERVER, MODULE, CLIENT);
    return CliProcess.shell(home, head + script + "\nleft=$?; sh -c \"$down\"; exit $left");
  }

  @Test
  void aTokenIsTestedWithKeysOfItsOwnAndTakenAwayByTheUsersCommands() throws Exception {
    CliProcess.Answer answer =
        sh(
            """
            e2ee key generate records --keys "$keys" > made
            e2ee custody test "$keys" --json --break "$down" --restore "$up" \
              --point lost-under-load,lost-makes-nothing,wrap-aad,rotation,denied > result
            test $? -eq 10 && # one was asked for and not tried
            e2ee key list --json --keys "$keys" > list
            """);
    assertEquals(0, answer.exit(), answer.out() + answer.err());
    JsonNode result = new ObjectMapper().readTree(home.resolve("result").toFile());
    assertEquals(4, result.required("passed").asInt(), result::toPrettyString);
    assertEquals(1, result.required("declared").asInt());
    String prefix = result.required("leftPrefix").asText();
    String list = Files.readString(home.resolve("list"));
    assertTrue(list.contains("\"" + prefix), list);
    assertTrue(list.contains("\"records\""), list);
    assertFalse(list.contains("\"OLD\""), list);
    assertFalse(result.toString().contains("p11-kit-client"), result::toPrettyString);
  }

  /** With the sh blocks of the how-to, but for the line that asks for the PIN. */
  @Test
  void onePointTellsTheBackEndAndTheHowToDeletesItsKeysAndNoOthers() throws Exception {
    String recipe =
        Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "testvectors", "tck", "README.md")))
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining())
            .replaceFirst("read -rs PIN.*", "")
            .replace("tck-3f09ab-", "$1");
    assumeTrue(Files.exists(PKCS11_TOOL), "pkcs11-tool is not installed");
    Files.writeString(home.resolve("recipe"), recipe);
    CliProcess.Answer answer =
        sh(
            """
            keys='pkcs11:token=vault?module-path=%s&pin-source=env:PIN'
            e2ee key generate records --keys "$keys" > made &&
            e2ee custody test "$keys" --point none 2> refused
            e2ee custody test "$keys" --json --report report --point heap-dump > one &&
            e2ee custody test "$keys" --json --point signing,ecdh,wrap-aad,rotation > other || exit
            tool="pkcs11-tool --module %s --token-label vault --login --pin env:PIN"
            pair() { $tool --keypairgen --key-type rsa:2048 --label "$1" --id "$2"; }
            pair e2ee:1:tck-000000-rsa:1:primary:oaep-2048:1:00 70 > pairs
            pair e2ee-signer:1:70 71 >> pairs
            pair e2ee-signer:1:99 72 >> pairs
            $tool --list-objects > before
            for run in tck-000000- $(grep -oh 'tck-[0-9a-f]*-' one other | sort -u); do
              bash recipe "$run" > deleted
            done
            $tool --list-objects > after
            """
                .formatted(MODULE, MODULE));
    assertEquals(0, answer.exit(), answer.out() + answer.err());
    assertFalse(Files.readString(home.resolve("refused")).contains("tck-"));
    assertTrue(answer.err().contains("This makes keys in pkcs11:token=vault"), answer.err());
    JsonNode json = new ObjectMapper().readTree(home.resolve("report/custody.json").toFile());
    assertTrue(json.required("backend").asText().contains("PKCS#11 token"), json::toPrettyString);
    String run = json.required("keyNamesBegin").asText();
    assertEquals(
        "1 key, whose name begins with " + run,
        json.required("facts").required("Left in the store").asText());
    List<String> before = labels("before");
    List<String> others =
        before.stream()
            .filter(label -> !label.contains(":tck-") && !label.equals("e2ee-signer:1:70"))
            .toList();
    assertEquals(others, labels("after"));
    assertEquals(3, others.size(), others::toString);
    assertTrue(others.get(2).startsWith("e2ee:1:records:1:"), others::toString);
    assertTrue(before.stream().anyMatch(label -> label.contains(":ecdsa:")), before::toString);
  }

  private List<String> labels(String file) throws IOException {
    return Files.readAllLines(home.resolve(file), StandardCharsets.ISO_8859_1).stream()
        .filter(line -> line.contains("label:"))
        .map(line -> line.replaceFirst(" *label: *", ""))
        .sorted()
        .toList();
  }

  /** Other processes have the rights that this one was given. */
  @Test
  void otherProcessesOpenItThroughTheBindingOfTheUri() throws Exception {
    CliProcess.Answer answer =
        sh(
            """
            exports='--add-exports=jdk.crypto.cryptoki/sun.security.pkcs11.wrapper=ALL-UNNAMED
              --add-exports=java.base/sun.nio.ch=ALL-UNNAMED'
            "${run[0]}" $exports "${run[@]:1}" custody test "$keys&binding=sun" --report report \
              --point two-processes
            """);
    assertEquals(0, answer.exit(), answer.out() + answer.err());
    assertTrue(answer.out().contains("1 passed, 0 failed, 0 declared"), answer.out());
    assertTrue(answer.err().contains("begin with tck-"), answer.err());
    assertTrue(answer.out().contains("README.md, 'Deleting the keys"), answer.out());
    JsonNode json =
        new ObjectMapper().readTree(home.resolve("report/custody.json").toFile()).required("facts");
    assertEquals("vault", json.required("token, label").asText());
    assertEquals(CLIENT.toString(), json.required("module, path").asText());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(CLIENT));
    assertEquals(HexFormat.of().formatHex(hash), json.required("module, SHA-256").asText());
    assertEquals("none is tried", json.required("Wrong PIN").asText());
    assertFalse(json.required("token, serial").asText().isBlank());
    assertTrue(Files.readString(home.resolve("report/index.html")).contains("token, serial"));
  }

  private CliProcess.Answer broken(String breaking, String restoring) throws Exception {
    CliProcess.Answer answer =
        sh(
            """
            e2ee custody test "$keys" --break "%s" --restore "%s" --point lost-makes-nothing \
              --report report
            """
                .formatted(breaking, restoring));
    assertEquals(2, answer.exit(), answer.out() + answer.err());
    assertFalse(answer.out().contains("lost-makes-nothing"), answer.out());
    return answer;
  }

  @Test
  void aCommandThatFailsIsNoFaultOfTheStore() throws Exception {
    String first = broken("exit 3", "true").err();
    assertTrue(first.contains("the command of --break failed with exit code 3"), first);
    assertFalse(Files.exists(home.resolve("report")));
  }

  @Test
  void neitherIsOneThatFailsInTheRun() throws Exception {
    String told = broken("$down; test ! -e again || exit 7; touch again", "$up").err();
    assertTrue(told.contains("the command of --break failed with exit code 7"), told);
    assertTrue(Files.exists(home.resolve("report")));
  }

  /** It is killed while the store is away: between the two commands. */
  @Test
  void whoEndsTheRunHasTheStoreBack() throws Exception {
    CliProcess.Answer answer =
        sh(
            """
            setsid "${run[0]}" "${run[@]:1}" custody test "$keys" --point lost-makes-nothing \
              --break "$down; touch away; sleep 20" --restore "$up" & pid=$!
            while ! test -e away; do sleep 0.1; done
            kill -TERM $pid; wait $pid || true
            e2ee key list --keys "$keys"
            """);
    assertEquals(0, answer.exit(), answer.out() + answer.err());
  }

  @Test
  void aPointThatWasAskedForAndNotTriedIsNoSuccess() throws Exception {
    CliProcess.Answer answer = sh("e2ee custody test \"$keys\" --point lost-under-load");
    assertEquals(10, answer.exit(), answer.out() + answer.err());
    assertTrue(answer.out().contains("give --break and --restore"), answer.out());
  }

  @Test
  void aCommandThatDoesNotTakeTheStoreAwayIsToldBeforeTheRun() throws Exception {
    String told = broken("true", "true").err();
    assertTrue(told.contains("waiting until the store is gone"), told);
    assertTrue(told.contains("the store still answers 10 s after"), told);
  }

  @Test
  void aStoreThatDoesNotGoAwayFailsThePoint() throws Exception {
    CliProcess.Answer answer =
        sh(
            """
            printf '\\n\\n\\n' | e2ee custody test "$keys" --by-hand --point lost-makes-nothing
            """);
    assertEquals(10, answer.exit(), answer.out() + answer.err());
    assertTrue(answer.out().contains("find(name) while the store is gone was done"), answer.out());
    assertTrue(answer.err().contains("pull the cable"), answer.err());
  }
}
