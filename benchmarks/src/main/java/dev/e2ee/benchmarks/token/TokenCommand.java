package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.machine.ChosenJvms;
import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.process.TimedProcess;
import dev.e2ee.benchmarks.process.Workplace;
import dev.e2ee.benchmarks.report.Report;
import dev.e2ee.benchmarks.report.ResultsDirectory;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmarks/run token}. */
@Command(
    name = "token",
    description = "DEKs wrapped in a SoftHSM token: the custody, C, SunPKCS11.",
    mixinStandardHelpOptions = true)
public final class TokenCommand implements Callable<Integer> {
  private static final long LIMIT_SECONDS = 120;

  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Mixin private ChosenJvms chosen = new ChosenJvms();

  @Option(names = "--quick", description = "One short round.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "How often everything runs. Default: ${DEFAULT-VALUE}; 1 with --quick.")
  private int rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8",
      description = "Only these numbers of threads. Default: ${DEFAULT-VALUE}.")
  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "/dev/shm",
      description = "Where the token lies. Default: ${DEFAULT-VALUE}.")
  private Path directory = Path.of("/dev/shm");

  @Override
  public Integer call() throws IOException, InterruptedException, TimedProcess.FailedException {
    List<Jvm> jvms = chosen.jvms();
    Recorder recorder =
        new Recorder(
            RunFile.ofTokens(results.directory()), Machine.describe(), versions(jvms), settings());
    try (Workplace workplace = new Workplace(directory)) {
      TimedProcess processes = new TimedProcess(workplace.directory(), LIMIT_SECONDS);
      SoftHsm hsm = new SoftHsm(workplace, processes);
      List<Entrant> entrants = Entrant.all(jvms, new CProgram(workplace, processes));
      TokenKeys keys = new TokenKeys(hsm, jvms.get(0));
      for (Entrant who : entrants) {
        keys.prove(who);
      }
      TokenRounds measured = new TokenRounds(hsm, keys, times(), recorder);
      for (int round = 1; round <= rounds(); round++) {
        measured.round(round, entrants, threads);
        recorder.save();
      }
    }
    new Report(Results.read(results.directory())).write(results.directory());
    System.out.println("wrote " + results.directory().resolve("README.md").normalize());
    return 0;
  }

  private int rounds() {
    return quick ? 1 : rounds;
  }

  private TokenKeys.Times times() {
    return quick
        ? new TokenKeys.Times(500, 500)
        : new TokenKeys.Times(TimeUnit.SECONDS.toMillis(4), TimeUnit.SECONDS.toMillis(4));
  }

  private static Map<String, String> versions(List<Jvm> jvms) throws IOException {
    Map<String, String> versions = Jvm.versions(jvms);
    versions.put("SoftHSM", Machine.firstLine("softhsm2-util", "--version"));
    versions.put("C compiler", Machine.firstLine("cc", "--version"));
    return versions;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Rounds", Integer.toString(rounds()));
    settings.put("Warm-up and measurement, ms", times().warmUp() + ", " + times().measurement());
    return settings;
  }
}
