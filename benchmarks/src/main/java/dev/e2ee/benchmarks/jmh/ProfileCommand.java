package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.machine.ChosenJvms;
import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.report.ResultsDirectory;
import dev.e2ee.benchmarks.report.Table;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmarks/run profile}. */
@Command(
    name = "profile",
    description = "What the time of one record goes into, by Flight Recorder's samples.",
    mixinStandardHelpOptions = true)
public final class ProfileCommand implements Callable<Integer> {
  private static final int METHODS = 12;

  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Mixin private ChosenJvms chosen = new ChosenJvms();

  @Option(
      names = "--implementations",
      paramLabel = "ID",
      split = ",",
      defaultValue = "e2ee",
      description = "What is looked at. Default: ${DEFAULT-VALUE}.")
  private List<String> implementations = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "1k",
      description = "How long the message is. Default: ${DEFAULT-VALUE}.")
  private String size = "";

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long each is looked at. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Override
  public Integer call() throws IOException, Fork.FailedException {
    StringBuilder text = new StringBuilder("# Profile\n\n");
    text.append(
        "Written by `benchmarks/run profile` on %s, commit %s. Shares of Flight Recorder's samples.%n"
            .formatted(LocalDate.now(ZoneOffset.UTC), Machine.describe().get("Commit")));
    for (Jvm jvm : chosen.jvms()) {
      for (String implementation : implementations) {
        for (Task task : List.of(Task.SEAL, Task.OPEN)) {
          Cell cell = Cell.of(jvm.release(), task, implementation, Units.parseBytes(size));
          text.append(section(cell, samples(jvm, cell)));
          System.out.println(cell.describe());
        }
      }
    }
    Files.createDirectories(results.directory());
    Path report = results.directory().resolve("profile.md");
    Files.writeString(report, text);
    System.out.println("wrote " + report.normalize());
    return 0;
  }

  private Samples samples(Jvm jvm, Cell cell) throws IOException, Fork.FailedException {
    Path recording = Files.createTempFile("e2ee-profile-", ".jfr");
    try {
      new Fork(jvm.java(), s -> new Times(1, 1, 1, 1000 * seconds), Samples.recordingTo(recording))
          .run(cell);
      return Samples.of(recording);
    } finally {
      Files.delete(recording);
    }
  }

  private static String section(Cell cell, Samples samples) {
    return "\n## "
        + cell.describe()
        + "\n\n"
        + table("Into", samples.areasByCount(), samples.total())
        + "\n"
        + table(
            "Innermost method",
            samples.methodsByCount().stream().limit(METHODS).toList(),
            samples.total());
  }

  private static Table table(String of, List<Map.Entry<String, Integer>> counts, int total) {
    Table table = new Table(List.of(of, "Share"));
    for (Map.Entry<String, Integer> count : counts) {
      double share = 100.0 * count.getValue() / total;
      table.row(List.of(count.getKey(), String.format(Locale.ROOT, "%.0f %%", share)));
    }
    return table;
  }
}
