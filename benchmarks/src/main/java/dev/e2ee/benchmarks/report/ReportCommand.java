package dev.e2ee.benchmarks.report;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code benchmarks/run report}. */
@Command(
    name = "report",
    description = "Writes the tables and charts anew from the numbers that are there.",
    mixinStandardHelpOptions = true)
public final class ReportCommand implements Callable<Integer> {
  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Override
  public Integer call() throws IOException {
    results.writeReport();
    return 0;
  }
}
