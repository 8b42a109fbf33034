package dev.e2ee.cli.io;

import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option {@code --json}: how a command prints its result on standard output. */
public final class Results {
  private final Surroundings surroundings;

  @Option(names = "--json", description = "Print the result as JSON; errors stay text.")
  boolean json;

  /** For a command in these surroundings. */
  public Results(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Whether JSON was asked for. */
  public boolean json() {
    return json;
  }

  /**
   * Prints the one form or the other; an empty text prints nothing. What others have chosen in it
   * steers no terminal.
   */
  public void print(Supplier<?> asJson, Supplier<String> asText) {
    String text = json ? JsonOutput.pretty(asJson.get()) : asText.get();
    if (!text.isEmpty()) {
      surroundings.out().println(Printable.lines(text));
    }
  }
}
