package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Exit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code e2ee custody}: whether a store, or a token, does what it must. */
@Command(name = "custody", description = "Test the place where keys are kept.")
public final class CustodyCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  /** For the command tree. */
  public CustodyCommand() {}

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return Exit.USAGE.code();
  }
}
