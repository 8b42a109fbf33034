package dev.e2ee.cli.token;

import dev.e2ee.cli.io.CommandGroup;
import picocli.CommandLine.Command;

/** {@code e2ee token}: a key for a program that has no device. */
@Command(
    name = "token",
    description = {
      "Make an API token that opens a key, replace it, and say what a server needs of it.",
      "The token itself is never sent to a server."
    })
public final class TokenCommand extends CommandGroup {
  /** For the command tree. */
  public TokenCommand() {}
}
