package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.CommandGroup;
import picocli.CommandLine.Command;

/** {@code e2ee custody}: the places where keys are kept, and what they can do. */
@Command(
    name = "custody",
    description = "Find, probe, test and measure the places where keys are kept: files and tokens.")
public final class CustodyCommand extends CommandGroup {
  /** For the command tree. */
  public CustodyCommand() {}
}
