package dev.e2ee.cli;

import dev.e2ee.cli.io.Surroundings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ITypeInfo;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code e2ee generate-completion}: a script that teaches bash and zsh the commands. */
@Command(
    name = "generate-completion",
    description = {
      "Print a script that completes commands in bash and zsh.",
      "Such as: source <(e2ee generate-completion)"
    })
public final class CompletionCommand implements Runnable {
  private static final Set<String> FILES =
      Set.of("FILE", "PATH", "URI|PATH", "JAR", "DIRECTORY|URL");

  /** A copied argument keeps its type unless it is given the whole description of another one. */
  private static final ITypeInfo PATH =
      OptionSpec.builder("--path").arity("1").type(Path.class).build().typeInfo();

  private final Surroundings surroundings;

  /** In these surroundings. */
  public CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    CommandLine whole = CommandTree.of(new RootCommand(), surroundings, "");
    completeFiles(whole);
    surroundings.out().println(AutoComplete.bash(whole.getCommandName(), whole));
  }

  /**
   * Lets what is a file in the help complete as one. The fields are texts, because {@code -} and
   * custody URIs are allowed too, and picocli completes files for paths alone.
   */
  private static void completeFiles(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (isFile(option)) {
        spec.remove(option);
        spec.addOption(option.toBuilder().typeInfo(PATH).build());
      }
    }
    for (PositionalParamSpec word : List.copyOf(spec.positionalParameters())) {
      if (isFile(word)) {
        spec.remove(word);
        spec.addPositional(word.toBuilder().typeInfo(PATH).build());
      }
    }
    line.getSubcommands().values().forEach(CompletionCommand::completeFiles);
  }

  private static boolean isFile(ArgSpec argument) {
    return FILES.contains(argument.paramLabel()) && argument.group() == null;
  }
}
