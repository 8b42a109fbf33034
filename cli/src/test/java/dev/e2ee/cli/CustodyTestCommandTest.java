package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2ee custody test} over stores that a user has: a key file, and a token that is lost. */
@Tag("once")
class CustodyTestCommandTest {
  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
  private static final Path SERVER = Path.of("/usr/libexec/p11-kit/p11-kit-server");
  private static final Path CLIENT = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so");

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
    result.exits(0);
    assertTrue(result.text().contains("4 passed, 0 failed, 2 declared"), result.text());
    assertTrue(result.text().contains("Your own file was not touched"), result.text());
    assertArrayEquals(before, Files.readAllBytes(cli.keys()));
    JsonNode json = new ObjectMapper().readTree(report.resolve("custody.json").toFile());
    assertEquals(6, json.required("points").size());
    assertTrue(Files.readString(report.resolve("index.html")).contains("wrap-every-bit"));
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
    cli.run("custody", "test", home.resolve("none").toString()).exits(6);
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
              --point lost-under-load,lost-makes-nothing,wrap-aad,rotation,denied > result &&
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
    JsonNode json =
        new ObjectMapper().readTree(home.resolve("report/custody.json").toFile()).required("facts");
    assertEquals("vault", json.required("token, label").asText());
    assertEquals(CLIENT.toString(), json.required("module, path").asText());
    assertEquals("none was tried", json.required("Wrong PIN").asText());
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
    assertTrue(answer.out().contains("find(name) while it is gone was done"), answer.out());
    assertTrue(answer.err().contains("pull the cable"), answer.err());
  }
}
