package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.machine.ChosenJvms;
import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.report.ResultsDirectory;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.RunFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmarks/run rotation}. */
@Command(
    name = "rotation",
    description = "Records of 1 KiB moved to another key in warm JVMs.",
    mixinStandardHelpOptions = true)
public final class RotationCommand implements Callable<Integer> {
  private static final Set<String> LIBRARIES = Set.of("E2EE", "JMH");

  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Mixin private ChosenJvms chosen = new ChosenJvms();

  @Option(names = "--quick", description = "One short round.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often everything is measured. Default: ${DEFAULT-VALUE}; 1 with --quick.")
  private int rounds;

  @Override
  public Integer call() throws IOException {
    List<Jvm> jvms = chosen.jvms();
    RotationPlan plan = new RotationPlan(jvms.stream().map(Jvm::release).toList());
    Recorder recorder =
        new Recorder(
            RunFile.ofRotations(results.directory()),
            Machine.describe(),
            versions(jvms),
            settings(plan));
    new JmhRun(jvms, quick, recorder).run(rounds(), plan::round);
    results.writeReport();
    return 0;
  }

  private int rounds() {
    return quick ? 1 : rounds;
  }

  private static Map<String, String> versions(List<Jvm> jvms) throws IOException {
    Map<String, String> versions = Jvm.versions(jvms);
    Map<String, String> libraries = Machine.libraries();
    libraries.keySet().retainAll(LIBRARIES);
    versions.putAll(libraries);
    return versions;
  }

  private Map<String, String> settings(RotationPlan plan) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Rounds", Integer.toString(rounds()));
    settings.put("Records in a call", Integer.toString(RotationBenchmark.RECORDS));
    settings.put("Heap", JmhRun.HEAP);
    Cell any = plan.round(1).get(0); // the same for all
    settings.put("Warm-up and measurement", Times.of(quick, any).describe());
    return settings;
  }
}
