package dev.e2ee.benchmarks.process;

import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/** Runs a command under GNU time and measures it. */
public final class TimedProcess {
  private final Path scratch;
  private final long limit;

  /**
   * Keeps what commands print in this directory, until the next one runs.
   *
   * @param limit seconds after which a command is stopped
   */
  public TimedProcess(Path scratch, long limit) {
    this.scratch = scratch;
    this.limit = limit;
  }

  /**
   * What a command took.
   *
   * @param seconds by the clock, from before its start until it was waited for
   * @param cpuSeconds of user and system
   * @param peakKib the most resident memory
   * @param output what it printed to standard output
   */
  public record Outcome(double seconds, double cpuSeconds, long peakKib, String output) {}

  /** A command that did not end with 0. */
  public static class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedException(String reason) {
      super(reason);
    }
  }

  /** A command that was not done in time. */
  static final class StoppedException extends FailedException {
    private static final long serialVersionUID = 1L;

    private final double seconds;

    StoppedException(double seconds) {
      super("not done when stopped after " + Units.seconds(seconds));
      this.seconds = seconds;
    }

    double seconds() {
      return seconds;
    }
  }

  /**
   * Runs a command to its end.
   *
   * @throws StoppedException when it is not done at the limit
   * @throws FailedException when its exit code is not 0, with the first error that it printed
   */
  public Outcome run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException, FailedException {
    Path usage = scratch.resolve("usage");
    Path output = scratch.resolve("output");
    Path errors = scratch.resolve("errors");
    List<String> timed =
        new ArrayList<>(List.of("/usr/bin/time", "-o", usage.toString(), "-f", "%U %S %M"));
    timed.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(timed)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    Process process = builder.start();
    boolean ended = process.waitFor(limit, TimeUnit.SECONDS);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.waitFor();
      throw new StoppedException(seconds);
    }
    if (process.exitValue() != 0) {
      throw new FailedException(firstError(process.exitValue(), Files.readString(errors)));
    }
    try (Scanner numbers = new Scanner(usage, StandardCharsets.US_ASCII)) {
      return new Outcome(
          seconds,
          Double.parseDouble(numbers.next()) + Double.parseDouble(numbers.next()),
          Long.parseLong(numbers.next()),
          Files.readString(output));
    }
  }

  static String firstError(int exit, String errors) {
    return errors
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("WARNING"))
        .findFirst()
        .orElse("exit code " + exit)
        .replaceFirst("^Exception in thread \"main\" ", "");
  }
}
