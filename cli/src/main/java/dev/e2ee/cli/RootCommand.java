package dev.e2ee.cli;

import dev.e2ee.cli.io.CommandGroup;
import dev.e2ee.cli.io.Exit;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code e2ee} itself: what holds for all commands. */
@Command(
    name = "e2ee",
    versionProvider = VersionText.class,
    description = "End-to-end encryption of files, under keys that stay in custody.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    footerHeading = "%nFirst steps:%n",
    footer = {
      "  e2ee demo                   see what it does",
      "  e2ee init                   make a key file",
      "  e2ee seal FILE --user ann --type file --id 1   FILE.e2ee beside it",
      "  source <(e2ee generate-completion)   complete commands in bash and zsh"
    })
public final class RootCommand extends CommandGroup {
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions and end.")
  boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "On an error show the stack trace too.")
  boolean debug;

  RootCommand() {}

  /** The exit codes as {@code --help} lists them. */
  static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (Exit exit : Exit.values()) {
      codes.put(Integer.toString(exit.code()), exit.meaning());
    }
    codes.put("130", "interrupted (Ctrl-C), or ended by a signal (128 and its number)");
    return codes;
  }
}
