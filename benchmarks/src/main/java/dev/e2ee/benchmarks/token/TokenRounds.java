package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.process.KeptProcess;
import dev.e2ee.benchmarks.process.TimedProcess;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Lets all of them work in the token by turns: of each pair that is compared both are measured
 * within seconds, since a shared machine is another one a minute later.
 */
final class TokenRounds {
  /** What is measured. */
  static final List<Task> TASKS = List.of(Task.TOKEN_WRAP, Task.TOKEN_UNWRAP, Task.TOKEN_KDF_WRAP);

  /** Of what no target needs. */
  static final int OTHER_ROUNDS = 31;

  private final SoftHsm hsm;
  private final TokenKeys keys;
  private final TokenKeys.Times times;
  private final Recorder recorder;

  /** In this token. */
  TokenRounds(SoftHsm hsm, TokenKeys keys, TokenKeys.Times times, Recorder recorder) {
    this.hsm = hsm;
    this.keys = keys;
    this.times = times;
    this.recorder = recorder;
  }

  /**
   * All tasks and numbers of threads. For each the entrants are started, get warm, and then work in
   * rounds, one after the other and in an order that changes.
   *
   * @param warmUps rounds that do not count
   * @param rounds of what a target needs
   */
  void run(int warmUps, int rounds, List<Entrant> entrants, List<Integer> threads)
      throws IOException, InterruptedException {
    for (Task task : TASKS) {
      for (int number : threads) {
        List<Runner> runners = new ArrayList<>();
        try {
          for (Entrant who : entrants) {
            runners.add(start(who, task, number));
          }
          rounds(warmUps, roundsOf(task, rounds), runners);
        } finally {
          runners.forEach(Runner::close);
        }
        recorder.save();
      }
    }
  }

  private static int roundsOf(Task task, int rounds) {
    return task == Task.TOKEN_WRAP ? rounds : Math.min(rounds, OTHER_ROUNDS);
  }

  private void rounds(int warmUps, int rounds, List<Runner> runners) throws InterruptedException {
    Random random = new Random(rounds);
    for (int round = 1 - warmUps; round <= rounds; round++) {
      Collections.shuffle(runners, random);
      for (Runner runner : runners) {
        runner.measure(round);
      }
    }
  }

  private Runner start(Entrant who, Task task, int threads) throws IOException {
    Cell cell = Cell.ofToken(who.jdk(), task, who.subject(), threads);
    TokenWork work = keys.work(who, task, threads, times);
    return new Runner(cell, hsm.start(who.command().apply(work)));
  }

  /** One program with one task. */
  private final class Runner implements AutoCloseable {
    private final Cell cell;
    private final KeptProcess process;

    Runner(Cell cell, KeptProcess process) {
      this.cell = cell;
      this.process = process;
    }

    void measure(int round) throws InterruptedException {
      if (recorder.hasFailed(cell)) {
        return;
      }
      try {
        double speed = Double.parseDouble(process.ask());
        if (round > 0) {
          recorder.record(round, cell, Metric.OPERATIONS_PER_SECOND, speed);
          System.out.printf("round %d: %s: %s/s%n", round, cell.describe(), Units.perSecond(speed));
        }
      } catch (TimedProcess.FailedException e) {
        recorder.fail(cell, String.valueOf(e.getMessage()));
        System.out.printf("round %d: %s: failed: %s%n", round, cell.describe(), e.getMessage());
      }
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
