package dev.e2ee.benchmarks.process;

import dev.e2ee.benchmarks.machine.ChosenJvms;
import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.report.ResultsDirectory;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.RunFile;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmarks/run process}. */
@Command(
    name = "process",
    description = "A large file in fresh processes; the first record of a fresh JVM.",
    mixinStandardHelpOptions = true)
public final class ProcessCommand implements Callable<Integer> {
  private static final long NO_HURRY = 3600;

  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Option(
      names = "--e2ee",
      paramLabel = "FILE",
      defaultValue = "${sys:e2ee.benchmarks}/../e2ee",
      description = "The launcher of the command line. Default: ./e2ee of this clone.")
  private Path e2ee = Path.of("e2ee");

  @Mixin private ChosenJvms chosen = new ChosenJvms();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "/dev/shm",
      description =
          "Where the files lie; may be given again, such as /dev/shm and a disk."
              + " Default: ${DEFAULT-VALUE}.")
  private List<Path> directories = new ArrayList<>();

  @Option(names = "--quick", description = "One round over 16 MiB.")
  private boolean quick;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "How long the file is. Default: 1g; 16m with --quick.")
  private @Nullable String size;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often everything runs. Default: ${DEFAULT-VALUE}; 1 with --quick.")
  private int rounds;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "20",
      description = "Starts of a JVM for the first seal, each round. Default: ${DEFAULT-VALUE}.")
  private int starts;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "When a program is stopped that is not done. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--soak",
      paramLabel = "BYTES",
      description = "Also seal and open a file of this length with -Xmx64m, such as 10g.")
  private @Nullable String soak;

  @Option(
      names = "--soak-dir",
      paramLabel = "DIR",
      defaultValue = "${sys:e2ee.benchmarks}/target",
      description =
          "Where that file lies; needs three times its length. Default: benchmarks/target.")
  private Path soakDirectory = Path.of("target");

  @Override
  public Integer call() throws IOException, InterruptedException, TimedProcess.FailedException {
    List<Jvm> jvms = chosen.jvms();
    Recorder recorder =
        new Recorder(
            RunFile.ofProcesses(results.directory()),
            Machine.describe(),
            versions(jvms),
            settings());
    for (Path directory : directories) {
      try (Workplace workplace = new Workplace(directory)) {
        measureFiles(workplace, jvms, recorder);
      }
    }
    try (Workplace workplace = new Workplace(directories.get(0))) {
      measureFirstSeals(workplace, jvms, recorder);
    }
    if (soak != null) {
      try (Workplace workplace = new Workplace(soakDirectory)) {
        soak(workplace, Units.parseBytes(soak), jvms, recorder);
      }
    }
    recorder.save();
    results.writeReport();
    return 0;
  }

  private void measureFiles(Workplace workplace, List<Jvm> jvms, Recorder recorder)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    TimedProcess processes = new TimedProcess(workplace.directory(), limit);
    new TimedProcess(workplace.directory(), NO_HURRY)
        .run(List.of(e2ee.toString(), "version"), Map.of()); // builds it, if need be
    List<Contestant> all = new Contestants(e2ee, workplace, processes).all(jvms);
    FileRounds files = new FileRounds(workplace, processes, recorder);
    for (Contestant who : all) {
      files.check(who);
    }
    Path plain = workplace.plaintext("plain", size());
    for (int round = 1; round <= rounds(); round++) {
      Machine.touchMemory(jvms.get(0).java());
      files.round(round, all, plain);
      recorder.save();
    }
    Files.delete(plain);
  }

  private void measureFirstSeals(Workplace workplace, List<Jvm> jvms, Recorder recorder)
      throws IOException, InterruptedException {
    TimedProcess processes = new TimedProcess(workplace.directory(), limit);
    FirstSealRounds first = new FirstSealRounds(processes, recorder, starts());
    for (int round = 1; round <= rounds(); round++) {
      first.round(round, jvms);
    }
  }

  private void soak(Workplace workplace, long length, List<Jvm> jvms, Recorder recorder)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    TimedProcess patient = new TimedProcess(workplace.directory(), NO_HURRY);
    Contestants contestants = new Contestants(e2ee, workplace, patient);
    FileRounds files = new FileRounds(workplace, patient, recorder);
    Path large = workplace.plaintext("large", length);
    for (Jvm jvm : jvms) {
      Contestant small = contestants.inSmallHeap(jvm);
      files.sealAndOpen(1, small, large, Task.SOAK_SEAL, Task.SOAK_OPEN);
    }
  }

  private int starts() {
    return quick ? 3 : starts;
  }

  private int rounds() {
    return quick ? 1 : rounds;
  }

  private long size() {
    return Units.parseBytes(size != null ? size : quick ? "16m" : "1g");
  }

  private static Map<String, String> versions(List<Jvm> jvms) throws IOException {
    Map<String, String> versions = Jvm.versions(jvms);
    versions.put("age", Machine.firstLine("age", "--version"));
    versions.put("OpenSSL", Machine.firstLine("openssl", "version"));
    return versions;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Rounds", Integer.toString(rounds()));
    settings.put("File", Units.bytes(size()));
    settings.put("Stopped after", limit + " s");
    settings.put("Page cache", "warm");
    settings.put("Starts for each first seal", Integer.toString(starts()));
    return settings;
  }
}
