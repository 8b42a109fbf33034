package dev.e2ee.benchmarks.report;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says where the results lie. */
public final class ResultsDirectory {
  @Option(
      names = "--results",
      paramLabel = "DIR",
      defaultValue = "${sys:e2ee.benchmarks}/results",
      description = "Where the numbers, tables and charts go. Default: benchmarks/results.")
  private Path directory = Path.of("");

  /** The directory. */
  public Path directory() {
    return directory;
  }
}
