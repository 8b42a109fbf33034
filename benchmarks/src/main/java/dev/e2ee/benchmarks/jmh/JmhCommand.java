package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.implementation.Implementation;
import dev.e2ee.benchmarks.machine.ChosenJvms;
import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.report.ResultsDirectory;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.RunFile;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmarks/run jmh}. */
@Command(
    name = "jmh",
    description = "Records of 64 bytes to 64 MiB in warm JVMs.",
    mixinStandardHelpOptions = true)
public final class JmhCommand implements Callable<Integer> {
  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Mixin private ChosenJvms chosen = new ChosenJvms();

  @Option(names = "--quick", description = "One short round of what the targets need.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "How often what the targets need is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--complete-rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many of the rounds measure all the rest too. Default: ${DEFAULT-VALUE}.")
  private int completeRounds;

  @Option(
      names = "--implementations",
      paramLabel = "ID",
      split = ",",
      description = "Only these, such as e2ee,floor,tink.")
  private List<String> implementations = new ArrayList<>();

  @Option(
      names = "--sizes",
      paramLabel = "BYTES",
      split = ",",
      description = "Only these, such as 64,1k,16k,1m,64m.")
  private List<String> sizes = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2",
      description = "Only these numbers of threads. Default: ${DEFAULT-VALUE}.")
  private List<Integer> threads = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    List<Jvm> jvms = chosen.jvms();
    Plan plan =
        new Plan(
            jvms.stream().map(Jvm::release).toList(),
            subjects(),
            sizes.isEmpty() ? Targets.SIZES : sizes.stream().map(JmhCommand::size).toList(),
            threads,
            quick ? 1 : rounds,
            quick ? 0 : completeRounds);
    Recorder recorder =
        new Recorder(
            RunFile.ofJmh(results.directory()), Machine.describe(), versions(jvms), settings(plan));
    new JmhRun(jvms, quick, recorder).run(plan.rounds(), plan::round);
    results.writeReport();
    return 0;
  }

  private List<String> subjects() {
    return implementations.isEmpty()
        ? Arrays.stream(Implementation.values()).map(Implementation::id).toList()
        : implementations.stream().map(id -> Implementation.of(id).id()).toList();
  }

  private static int size(String text) {
    return Math.toIntExact(Units.parseBytes(text));
  }

  private static Map<String, String> versions(List<Jvm> jvms) throws IOException {
    Map<String, String> versions = Jvm.versions(jvms);
    versions.putAll(Machine.libraries());
    versions.put("OpenSSL", Machine.firstLine("openssl", "version"));
    return versions;
  }

  private Map<String, String> settings(Plan plan) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Rounds", plan.rounds() + ", complete " + plan.completeRounds());
    settings.put("Heap", JmhRun.HEAP);
    for (Cell cell : plan.round(1)) {
      if (cell.task() != Task.OPENSSL_SPEED) {
        String judged = Times.isJudged(cell) ? ", for a target" : "";
        settings.put(
            "Warm-up and measurement, " + Units.bytes(cell.size()) + judged,
            Times.of(quick, cell).describe());
      }
    }
    return settings;
  }
}
