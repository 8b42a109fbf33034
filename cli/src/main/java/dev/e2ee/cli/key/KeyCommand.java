package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code e2ee key}: everything about keys and the ways to open their store. */
@Command(name = "key", description = "List, make, rotate, retire, export and import keys.")
public final class KeyCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  /** For the command tree. */
  public KeyCommand() {}

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return Exit.USAGE.code();
  }
}
