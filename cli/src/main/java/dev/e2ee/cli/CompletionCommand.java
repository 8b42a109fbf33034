package dev.e2ee.cli;

import dev.e2ee.cli.io.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code e2ee generate-completion}: a script that teaches bash and zsh the commands. */
@Command(
    name = "generate-completion",
    description = {
      "Print a script that completes commands in bash and zsh:",
      "source <(e2ee generate-completion)"
    })
public final class CompletionCommand implements Runnable {
  private final Surroundings surroundings;

  @Spec @Nullable CommandSpec spec;

  /** In these surroundings. */
  public CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    if (spec != null) {
      var root = spec.root();
      surroundings.out().println(AutoComplete.bash(root.name(), root.commandLine()));
    }
  }
}
