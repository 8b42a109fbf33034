package dev.e2ee.cli.recovery;

import dev.e2ee.cli.io.Exit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code e2ee recovery}: a key on paper, for when every device is lost. */
@Command(
    name = "recovery",
    description = "Make a recovery code for a key, check it, bring the key back with it.")
public final class RecoveryCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  /** For the command tree. */
  public RecoveryCommand() {}

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return Exit.USAGE.code();
  }
}
