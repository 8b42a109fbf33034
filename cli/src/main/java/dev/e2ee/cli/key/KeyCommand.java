package dev.e2ee.cli.key;

import dev.e2ee.cli.io.CommandGroup;
import picocli.CommandLine.Command;

/** {@code e2ee key}: everything about keys and the ways to open their store. */
@Command(name = "key", description = "List, make, rotate, retire, export and import keys.")
public final class KeyCommand extends CommandGroup {
  /** For the command tree. */
  public KeyCommand() {}
}
