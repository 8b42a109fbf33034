package dev.e2ee.cli;

import dev.e2ee.cli.io.Surroundings;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code e2ee generate-completion}: a script that teaches bash and zsh the commands. */
@Command(
    name = "generate-completion",
    description = "Print a script for bash and zsh: source <(e2ee generate-completion)")
public final class CompletionCommand implements Runnable {
  private final Surroundings surroundings;

  /** In these surroundings. */
  public CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    CommandLine whole = CommandTree.of(new RootCommand(), surroundings, "");
    surroundings.out().println(AutoComplete.bash(whole.getCommandName(), whole));
  }
}
