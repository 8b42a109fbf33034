package dev.e2ee.benchmarks.process;

import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.Spread;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.spi.SecretBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How long a fresh JVM takes to seal its first record; a round is the median of several starts. */
final class FirstSealRounds {
  private static final List<String> SUBJECTS = List.of("e2ee", "e2ee-cipher", "floor");

  private final TimedProcess processes;
  private final Recorder recorder;
  private final int starts;

  /** With so many starts for each number. */
  FirstSealRounds(TimedProcess processes, Recorder recorder, int starts) {
    this.processes = processes;
    this.recorder = recorder;
    this.starts = starts;
  }

  /** One round on these JVMs. */
  void round(int round, List<Jvm> jvms) throws IOException, InterruptedException {
    for (Jvm jvm : jvms) {
      List<String> order = new ArrayList<>(SUBJECTS);
      Collections.shuffle(order, new Random(round));
      for (String subject : order) {
        measure(round, jvm, subject);
      }
    }
  }

  private void measure(int round, Jvm jvm, String subject)
      throws IOException, InterruptedException {
    Cell whole = Cell.of(jvm.release(), Task.FIRST_SEAL, subject, FirstSeal.SIZE);
    Cell inside = Cell.of(jvm.release(), Task.FIRST_SEAL_INSIDE, subject, FirstSeal.SIZE);
    List<Double> wholes = new ArrayList<>();
    List<Double> insides = new ArrayList<>();
    try {
      for (int i = 0; i < starts; i++) {
        TimedProcess.Outcome outcome = processes.run(command(jvm, subject), Map.of());
        wholes.add(outcome.seconds());
        insides.add(Long.parseLong(outcome.output().strip()) / 1e9);
      }
    } catch (TimedProcess.FailedException e) {
      recorder.fail(whole, String.valueOf(e.getMessage()));
      return;
    }
    double seconds = Spread.of(wholes).median();
    recorder.record(round, whole, Metric.SECONDS, seconds);
    recorder.record(round, inside, Metric.SECONDS, Spread.of(insides).median());
    System.out.printf("round %d: %s: %s%n", round, whole.describe(), Units.seconds(seconds));
  }

  private static List<String> command(Jvm jvm, String subject) {
    return List.of(
        jvm.java().toString(),
        "-cp",
        ClassPath.of(FirstSeal.class, Envelope.class, SecretBytes.class),
        FirstSeal.class.getName(),
        subject);
  }
}
