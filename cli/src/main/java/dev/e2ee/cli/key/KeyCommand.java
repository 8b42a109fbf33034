package dev.e2ee.cli.key;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import org.jspecify.annotations.Nullable;

/** {@code e2ee key}: everything about keys and the ways to open their store. */
@Command(name = "key", description = "List, make, rotate, retire, export and import keys.")
public final class KeyCommand implements Runnable {
  @Spec @Nullable CommandSpec spec;

  /** For the command tree. */
  public KeyCommand() {}

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "say what to do with keys: list, generate …");
    }
  }
}
