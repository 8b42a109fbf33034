package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: descriptors, pipes, terminals, signals. */
@Tag("once")
class ProcessTest {
  private static final String SECRET = "hunter2 p\u00e4ss";

  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void home() throws IOException {
    cli = new Cli(home);
  }

  private CliProcess.Answer shell(String script, int exit) throws Exception {
    CliProcess.Answer answer = CliProcess.shell(home, script);
    assertEquals(exit, answer.exit(), answer::toString);
    assertFalse((answer.out() + answer.err()).contains("hunter2"), answer::toString);
    return answer;
  }

  @Test
  void passphrasesByDescriptorAndDataByPipe() throws Exception {
    cli.write("p", SECRET);
    cli.write("q", "next one");
    shell("\"$@\" init --passphrase-fd 3 3<p", 0);
    cli.write("plain", "some text\n");
    shell("cat plain | \"$@\" seal --aad x --passphrase-fd 3 3< <(cat p) >sealed", 0);
    shell("\"$@\" key passwd --passphrase-fd 8 --new-passphrase-fd 9 8<p 9<q", 0);
    assertEquals(
        "some text\n", shell("\"$@\" open --aad x --passphrase-fd 0 sealed -o - <q", 0).out());
    shell("\"$@\" open --aad x --passphrase-fd 5 sealed -o - 5<p", 5);
    String err = shell("\"$@\" open --aad x --passphrase-fd 77 sealed -o -", 7).err();
    assertTrue(err.contains("descriptor 77 was not passed") && err.contains("77<FILE"), err);
    shell("chmod 644 p; \"$@\" open --aad x --passphrase-file p sealed -o -", 6);
    shell("chmod 600 p", 0);
    shell("\"$@\" open --aad x --passphrase-file /dev/stdin <sealed", 2);
    shell("\"$@\" open --aad x --passphrase-fd 0 <sealed", 2);
  }

  @Test
  void withoutATerminalNobodyIsAsked() throws Exception {
    String err = shell("\"$@\" init", 5).err();
    assertTrue(err.contains("--passphrase-file"), err);
    assertFalse(Files.exists(cli.keys()));
  }

  @Test
  void ofTwoStoresTheOneThatAsksIsNamedWithItsOption() throws Exception {
    cli.write("p", SECRET);
    cli.run("init", "--passphrase-file", home.resolve("p").toString()).exits(0);
    cli.run("init", "--raw", "--keys", home.resolve("raw.e2ee").toString()).exits(0);
    shell("echo x >f; \"$@\" seal f --aad x --keys raw.e2ee", 0);
    String secret = "Passphrase of file:" + cli.keys() + ": ";
    String to =
        shell("\"$@\" rewrap f.e2ee --aad x --keys raw.e2ee --to-keys " + cli.keys(), 5).err();
    assertTrue(to.contains(secret) && to.contains("Give --to-passphrase-file"), to);
    String from = shell("\"$@\" rewrap f.e2ee --aad x --to-keys raw.e2ee", 5).err();
    assertTrue(from.contains(secret) && from.contains("Give --passphrase-file"), from);
  }

  @Test
  void theEnvironmentNamesTheKeyStoreAndOnlyTheUriAPassphraseInIt() throws Exception {
    cli.write("p", SECRET);
    shell("E2EE_KEYS=$HOME/k.e2ee \"$@\" init --passphrase-file p", 0);
    shell("E2EE_PASSPHRASE=$(cat p) \"$@\" seal --aad x --keys k.e2ee p -o out", 5);
    shell(
        "PP=$(cat p) \"$@\" seal --aad x --keys \"file:$HOME/k.e2ee?passphrase-source=env:PP\" p -o out",
        0);
  }

  @Test
  void aPersonIsAskedTwiceForANewPassphraseAndNothingIsShown() throws Exception {
    String shown;
    try (Pty pty = new Pty(home, "$E2EE init; echo init=$?; stty -a")) {
      shown = pty.answer("keys.e2ee: ", SECRET + "\n").answer("again: ", SECRET + "\n").rest();
    }
    assertTrue(shown.contains("init=0"), shown);
    assertFalse(shown.contains("hunter2"), shown);
    assertTrue(shown.contains(" echo "), shown);
    cli.write("p", SECRET);
    cli.feed(new byte[1], "seal", "--aad", "x", "--passphrase-file", home.resolve("p").toString())
        .exits(0);
  }

  @Test
  void twoDifferentOnesMakeNothing() throws Exception {
    try (Pty pty = new Pty(home, "$E2EE init; echo init=$?")) {
      String shown = pty.answer("keys.e2ee: ", "one\n").answer("again: ", "two\n").rest();
      assertTrue(shown.contains("differ") && shown.contains("init=5"), shown);
    }
    assertFalse(Files.exists(cli.keys()));
  }

  @Test
  void theTerminalAsksWhileInputAndOutputAreRedirected() throws Exception {
    String p = cli.write("p", SECRET).toString();
    cli.run("init", "--passphrase-file", p).exits(0);
    cli.write("plain", "text");
    try (Pty pty = new Pty(home, "$E2EE seal --aad x <plain >sealed; echo seal=$?")) {
      String shown = pty.answer("keys.e2ee: ", SECRET + "\n").rest();
      assertTrue(shown.contains("seal=0"), shown);
      assertFalse(shown.contains("hunter2"), shown);
    }
    try (Pty pty = new Pty(home, "$E2EE open --aad x sealed -o -; echo open=$?")) {
      String shown = pty.answer("keys.e2ee: ", "wrong\n").rest();
      assertTrue(shown.contains("wrong passphrase") && shown.contains("open=5"), shown);
    }
    byte[] sealed = Files.readAllBytes(home.resolve("sealed"));
    assertEquals(
        "text", cli.feed(sealed, "open", "--aad", "x", "--passphrase-file", p).exits(0).text());
  }

  @Test
  void anInterruptAtThePromptPutsTheEchoBack() throws Exception {
    try (Pty pty = new Pty(home, "trap : INT; $E2EE init; echo init=$?; stty -a")) {
      String shown = pty.answer("keys.e2ee: ", "\u0003").rest();
      assertTrue(shown.contains("\ninit=130"), shown);
      assertTrue(shown.contains(" echo "), shown);
    }
  }

  @Test
  void binaryIsNotShownOnARealTerminalAndTheBarIs() throws Exception {
    cli.initRaw();
    cli.write("plain", "text");
    try (Pty pty = new Pty(home, "$E2EE seal --aad x plain -o -; echo seal=$?")) {
      String shown = pty.rest();
      assertTrue(shown.contains("seal=7") && !shown.contains("E2EE\u0001"), shown);
    }
    String export = "$E2EE key export default --hex --reason x --out ";
    try (Pty pty =
        new Pty(home, export + "/dev/tty; echo tty=$?; " + export + "/dev/stdout; echo out=$?")) {
      String shown = pty.rest();
      assertTrue(shown.contains("tty=7") && shown.contains("out=7"), shown);
    }
    for (int i = 0; i < 5; i++) {
      cli.write("tree/" + i, cli.feed(new byte[1], "seal", "--aad", "x").out());
    }
    cli.run("key", "rotate", "default").exits(0);
    try (Pty pty = new Pty(home, "$E2EE rewrap tree --aad x; echo rewrap=$?")) {
      String shown = pty.rest();
      assertTrue(shown.contains("5/5") && shown.contains("rewrap=0"), shown);
    }
  }

  @Test
  void aLongTransferShowsItsRate() throws Exception {
    cli.initRaw();
    String half = "head -c 3000000 /dev/zero";
    String slow = "(" + half + "; sleep 1; " + half + ")";
    try (Pty pty = new Pty(home, slow + " | $E2EE seal - --aad x -o sealed; echo seal=$?")) {
      String shown = pty.rest();
      assertTrue(shown.contains(" MiB/s") && shown.contains("seal=0"), shown);
      assertFalse(shown.contains("?/s"), shown);
    }
  }

  @Test
  void aClosedPipeIsAnErrorAndNotSilence() throws Exception {
    cli.initRaw();
    cli.write("big", new byte[4 << 20]);
    String script = "set -o pipefail; \"$@\" seal --aad x big -o - | head -c 10 >/dev/null";
    assertEquals(7, CliProcess.shell(home, script).exit());
    shell("\"$@\" seal --aad x big -o /dev/full", 7);
  }

  @Test
  void anEndedRunLeavesNoUnfinishedFile() throws Exception {
    cli.initRaw();
    byte[] sealed = cli.feed(new byte[60_000], "seal", "--aad", "x").exits(0).out();
    for (int i = 0; i < 200; i++) {
      cli.write("tree/" + i, sealed);
    }
    cli.run("key", "rotate", "default").exits(0);
    String err =
        shell(
                "\"$@\" rewrap tree --aad x & pid=$!;"
                    + " while kill -0 $pid && ! ls -a tree | grep -q '[.]tmp'; do :; done 2>/dev/null;"
                    + " kill -TERM $pid; wait $pid; test $? != 0",
                0)
            .err();
    assertTrue(err.matches("(?s).*interrupted: \\d+ done; run it again for the rest.*"), err);
    assertEquals(200, Cli.names(home.resolve("tree")).size());
    cli.run("rewrap", home.resolve("tree").toString(), "--aad", "x").exits(0);
  }

  @Test
  void namesOutsideAsciiWorkInTheSystemsOwnLocale() throws Exception {
    cli.initRaw();
    shell("export LC_ALL=C.UTF-8; printf x >'pl\u00e4n'; \"$@\" seal --aad x 'pl\u00e4n'", 0);
    assertTrue(Files.exists(home.resolve("pl\u00e4n.e2ee")));
  }

  @Test
  void itRunsOnTheModulePath() throws Exception {
    assertTrue(onTheModulePath("demo").contains("generation 1 -> 2"));
    assertTrue(
        onTheModulePath("conformance", "--files", "argon2id*").contains("17 tests in 1 file"));
  }

  private String onTheModulePath(String... arguments) throws Exception {
    List<String> words = CliProcess.command(arguments);
    int cp = words.indexOf("-cp");
    words.set(cp, "-p");
    words.set(cp + 2, "dev.e2ee.cli/dev.e2ee.cli.Main");
    words.add(cp + 2, "-m");
    words.set(cp + 1, modulePath(words.get(cp + 1)));
    CliProcess.Answer answer = CliProcess.run(home, words);
    assertEquals(0, answer.exit(), answer::toString);
    assertEquals("", answer.err());
    return answer.out();
  }

  /** The tests' class path without what only the tests need. */
  private static String modulePath(String classPath) {
    return String.join(
        ":",
        List.of(classPath.split(":")).stream()
            .filter(entry -> !entry.contains("test-classes"))
            .filter(
                entry ->
                    !entry.matches(
                        ".*(junit|opentest4j|apiguardian|bcprov|bc-fips|(?<!jackson-)annotations).*"))
            .toList());
  }

  @Test
  void noSecretIsInWhatAnErrorShowsEvenWithDebug() throws Exception {
    cli.write("p", SECRET);
    cli.write("w", "hunter2 other");
    shell("\"$@\" init --passphrase-file p", 0);
    shell("printf x | \"$@\" --debug seal --aad x --passphrase-file w", 5);
    byte[] key = "hunter2-hunter2-hunter2-hunter2!?".getBytes(StandardCharsets.UTF_8);
    cli.write("k", key);
    shell("\"$@\" --debug key import n k --passphrase-file p", 7);
  }
}
