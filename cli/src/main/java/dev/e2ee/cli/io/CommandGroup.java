package dev.e2ee.cli.io;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does nothing without one of its sub-commands but show which there are. */
public abstract class CommandGroup implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  /** For the command tree. */
  protected CommandGroup() {}

  @Override
  public final Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return Exit.USAGE.code();
  }
}
