package dev.e2ee.cli;

import dev.e2ee.cli.io.Surroundings;

/** The command line {@code e2ee}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(CommandTree.run(Surroundings.ofProcess(), arguments));
  }
}
