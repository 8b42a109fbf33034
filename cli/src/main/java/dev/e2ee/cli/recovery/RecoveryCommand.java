package dev.e2ee.cli.recovery;

import dev.e2ee.cli.io.CommandGroup;
import picocli.CommandLine.Command;

/** {@code e2ee recovery}: a key on paper, for when every device is lost. */
@Command(
    name = "recovery",
    description = "Make a recovery code for a key, check it, bring the key back with it.")
public final class RecoveryCommand extends CommandGroup {
  /** For the command tree. */
  public RecoveryCommand() {}
}
