package dev.e2ee.benchmarks;

import dev.e2ee.benchmarks.jmh.JmhCommand;
import dev.e2ee.benchmarks.jmh.ProfileCommand;
import dev.e2ee.benchmarks.jmh.RotationCommand;
import dev.e2ee.benchmarks.memory.MemoryCommand;
import dev.e2ee.benchmarks.process.ProcessCommand;
import dev.e2ee.benchmarks.report.ReportCommand;
import dev.e2ee.benchmarks.token.TokenCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks, which {@code benchmarks/run} starts. */
@Command(
    name = "benchmarks/run",
    description = "Measures, then writes tables and charts to benchmarks/results.",
    subcommands = {
      JmhCommand.class,
      ProcessCommand.class,
      ProfileCommand.class,
      MemoryCommand.class,
      TokenCommand.class,
      RotationCommand.class,
      ReportCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
