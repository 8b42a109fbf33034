package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.machine.ChosenJvms;
import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.process.TimedProcess;
import dev.e2ee.benchmarks.process.Workplace;
import dev.e2ee.benchmarks.report.ResultsDirectory;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
  private static final TokenKeys.Times TIMES = new TokenKeys.Times(100, 300);

  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Mixin private ChosenJvms chosen = new ChosenJvms();

  @Option(names = "--quick", description = "Three rounds.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "101",
      description = {
        "How often what a target needs is measured, and the rest in the first "
            + TokenRounds.OTHER_ROUNDS
            + " of them.",
        "Default: ${DEFAULT-VALUE}; 3 with --quick."
      })
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
      new TokenRounds(hsm, keys, TIMES, recorder).run(warmUps(), rounds(), entrants, threads);
    }
    results.writeReport();
    return 0;
  }

  private int rounds() {
    return quick ? 3 : rounds;
  }

  private int warmUps() {
    return quick ? 1 : 10;
  }

  private static Map<String, String> versions(List<Jvm> jvms) throws IOException {
    Map<String, String> versions = Jvm.versions(jvms);
    versions.put("SoftHSM", Machine.firstLine("softhsm2-util", "--version"));
    versions.put("C compiler", Machine.firstLine("cc", "--version"));
    return versions;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "Rounds of wraps, of the rest at most", rounds() + ", " + TokenRounds.OTHER_ROUNDS);
    settings.put("Rounds before, which do not count", Integer.toString(warmUps()));
    settings.put("Start and measurement of each, ms", TIMES.warmUp() + ", " + TIMES.measurement());
    return settings;
  }
}
