package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Results;
import java.io.IOException;
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

  /** Writes the tables and charts anew, from the numbers that are there. */
  public void writeReport() throws IOException {
    new Report(Results.read(directory)).write(directory);
    System.out.println("wrote " + directory.resolve("README.md").normalize());
  }
}
