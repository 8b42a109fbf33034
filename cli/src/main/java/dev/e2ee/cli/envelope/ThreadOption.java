package dev.e2ee.cli.envelope;

import dev.e2ee.cli.io.Failure;
import picocli.CommandLine.Option;

/** The option {@code --threads}. */
final class ThreadOption {
  private static final int MOST = 256;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Work on a large input with so many threads. Default: ${DEFAULT-VALUE}.")
  int threads = 1;

  /**
   * The number.
   *
   * @throws Failure USAGE when it is none
   */
  int number() {
    if (threads < 1 || threads > MOST) {
      throw Failure.usage("--threads is a number from 1 to " + MOST, "");
    }
    return threads;
  }
}
