package dev.e2ee.benchmarks.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program that seals and opens files.
 *
 * @param jdk the release that it runs on, or {@code Cell.NATIVE}
 * @param subject its name
 * @param authenticated whether it notices when what it opens was altered
 * @param environment variables that it gets besides
 * @param seal its command for sealing
 * @param open its command for opening
 */
record Contestant(
    String jdk,
    String subject,
    boolean authenticated,
    Map<String, String> environment,
    Command seal,
    Command open) {

  /** A command for an input and an output. */
  @FunctionalInterface
  interface Command {
    List<String> on(Path in, Path out);
  }
}
