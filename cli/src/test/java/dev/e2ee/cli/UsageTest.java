package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.cli.io.Diagnosis;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.io.Terminals;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {
  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void home() throws IOException {
    cli = new Cli(home);
  }

  @Test
  void helpNamesEveryCommandAndExitCode() {
    String help = cli.run("--help").exits(0).text();
    for (Exit exit : Exit.values()) {
      assertTrue(help.contains("  " + exit.code() + "   "), help);
    }
    assertTrue(help.contains("  130   interrupted"), help);
    for (String command :
        List.of(
            "init",
            "key",
            "seal",
            "open",
            "inspect",
            "rewrap",
            "rotate",
            "invite",
            "keyring",
            "token",
            "custody",
            "demo",
            "custody",
            "conformance",
            "doctor",
            "version")) {
      assertTrue(help.contains("\n  " + command + " "), help);
      cli.run(command, "--help").exits(0);
      cli.run("help", command).exits(0);
    }
  }

  /** The list of commands shows the first paragraph, and no more. */
  @Test
  void theFirstParagraphOfAHelpIsWhole() {
    Surroundings none =
        new Surroundings(
            InputStream.nullInputStream(), System.out, System.err, Map.of(), Terminals.NONE);
    List<String> cut = new ArrayList<>();
    int commands = firstParagraphs(CommandTree.of(new RootCommand(), none, ""), cut);
    assertTrue(commands > 60, "commands: " + commands);
    assertEquals(List.of(), cut);
  }

  private static int firstParagraphs(CommandLine command, List<String> cut) {
    String first = command.getCommandSpec().usageMessage().description()[0];
    if (!first.endsWith(".")) {
      cut.add(command.getCommandSpec().qualifiedName() + ": " + first);
    }
    return 1
        + command.getSubcommands().values().stream()
            .mapToInt(inner -> firstParagraphs(inner, cut))
            .sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "generate",
        "rotate",
        "retire",
        "export",
        "import",
        "passwd",
        "slots",
        "add-slot",
        "remove-slot"
      })
  void everyKeyCommandHasHelp(String command) {
    assertTrue(cli.run("key", command, "--help").exits(0).text().contains("--keys"));
  }

  @Test
  void versionTellsTheEngine() throws IOException {
    assertTrue(cli.run("--version").exits(0).text().contains("SunJCE"));
    assertEquals(cli.run("-V").exits(0).text(), cli.run("version").exits(0).text());
    assertTrue(cli.run("version", "--json").exits(0).json().has("engine"));
  }

  @Test
  void completionKnowsTheCommandsAndOptions() {
    String script = cli.run("generate-completion").exits(0).text();
    assertTrue(script.startsWith("#!/usr/bin/env bash"), script.substring(0, 40));
    assertTrue(script.contains("rewrap") && script.contains("--passphrase-file"));
    for (String option : List.of("'--keys')", "'-o'|'--output')", "'-o'|'--out')")) {
      int at = script.indexOf(option);
      assertTrue(at > 0, option);
      assertTrue(script.substring(at, script.indexOf(";;", at)).contains("compgen -f"), option);
    }
    int seal = script.indexOf("function _picocli_e2ee_seal()");
    String words =
        script.substring(script.indexOf("positionals", seal), script.indexOf("\n}", seal));
    assertTrue(words.contains("compgen -f"), words);
  }

  @Test
  void withoutACommandTheUsageIsShownAsAnError() {
    assertTrue(cli.run().exits(2).err().contains("Commands:"));
    assertTrue(cli.run("key").exits(2).err().contains("rotate"));
    cli.run("nothing-like-it").exits(2);
    assertTrue(cli.run("rewarp").exits(2).err().contains("is it rewrap"));
    assertTrue(cli.run("open", "--contxt-hex=ff").exits(2).err().contains("there is no option"));
    assertTrue(cli.run("seal", "--thread=2").exits(2).err().contains("is it --threads"));
    cli.run("version", "seal").exits(2);
    assertTrue(cli.run("seal", "none", "--threads", "0").exits(2).err().contains("--threads"));
  }

  @Test
  void aSecretGivenAsAnArgumentIsNotRepeated() {
    for (String[] arguments :
        List.of(
            new String[] {"open", "--passphrase=hunter2"},
            new String[] {"open", "--passphrase", "hunter2", "x"},
            new String[] {"init", "--password", "hunter2"},
            new String[] {"key", "passwd", "--new-passphrase=hunter2"},
            new String[] {"token", "show", "e2ee_hunter2"},
            new String[] {"doctor", "--keys", "pkcs11:token=t?pin-value=hunter2"})) {
      var refused = cli.run(arguments).exits(2);
      assertFalse((refused.err() + refused.text()).contains("hunter2"), refused.err());
    }
    String elsewhere = cli.run("doctor", "--passphrase-file", "f").exits(2).err();
    assertFalse(elsewhere.contains("never an argument"), elsewhere);
    String told = cli.run("open", "--passphrase=hunter2").err();
    assertTrue(told.contains("never an argument") && told.contains("--passphrase-file"), told);
  }

  @Test
  void anErrorIsTwoLinesAndTheTraceComesOnlyWhenAskedFor() {
    String short1 = cli.run("inspect", home.resolve("none").toString()).exits(7).err();
    assertEquals(1, short1.lines().count(), short1);
    assertEquals(short1.indexOf("none"), short1.lastIndexOf("none"), short1);
    String told = cli.run("key", "list").exits(6).err();
    assertEquals(2, told.lines().count(), told);
    assertFalse(told.contains("\tat "), told);
    assertTrue(cli.run("key", "list", "--debug").exits(6).err().contains("\tat dev.e2ee"));
    assertTrue(cli.run("--debug", "key", "list").exits(6).err().contains("\tat dev.e2ee"));
  }

  @Test
  void anArgumentThatBeginsWithAtIsNoFileOfArguments() throws IOException {
    cli.initRaw();
    Path arguments = cli.write("arguments", "--help");
    byte[] sealed = cli.feed(new byte[1], "seal", "--aad", "@" + arguments).exits(0).out();
    assertEquals("E2EE", new String(sealed, 0, 4, java.nio.charset.StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindOfCustodyErrorHasItsExitCode(Kind kind) {
    Exit expected =
        EnumSet.of(Kind.LOCKED, Kind.AUTH_FAILED, Kind.AUTH_LOCKED_OUT, Kind.CANCELLED)
                .contains(kind)
            ? Exit.LOCKED
            : kind == Kind.INTEGRITY ? Exit.NOT_AUTHENTIC : Exit.CUSTODY;
    assertEquals(expected, Diagnosis.of(new CustodyException(kind, "x")).exit());
  }

  @Test
  void whatNobodyForesawIsABugAndShowsNoMessage() {
    Diagnosis why = Diagnosis.of(new IllegalStateException("with a secret"));
    assertEquals(Exit.BUG, why.exit());
    assertFalse((why.what() + why.advice()).contains("secret"));
  }
}
