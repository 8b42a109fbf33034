package dev.e2ee.benchmarks.token;

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

/** Lets all of them work in the token, in rounds and in an order that changes. */
final class TokenRounds {
  /** What is measured. */
  static final List<Task> TASKS = List.of(Task.TOKEN_WRAP, Task.TOKEN_UNWRAP, Task.TOKEN_KDF_WRAP);

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
   * One round. What is compared runs one after the other: all entrants with one task and one number
   * of threads.
   */
  void round(int round, List<Entrant> entrants, List<Integer> threads)
      throws IOException, InterruptedException {
    List<Entrant> order = new ArrayList<>(entrants);
    Random random = new Random(round);
    for (Task task : TASKS) {
      for (int number : threads) {
        Collections.shuffle(order, random);
        for (Entrant who : order) {
          measure(round, who, task, number);
        }
      }
    }
  }

  private void measure(int round, Entrant who, Task task, int threads)
      throws IOException, InterruptedException {
    Cell cell = Cell.ofToken(who.jdk(), task, who.subject(), threads);
    if (recorder.hasFailed(cell)) {
      return;
    }
    try {
      TokenWork work = keys.work(who, task, threads, times);
      double speed = Double.parseDouble(hsm.run(who.command().apply(work)));
      recorder.record(round, cell, Metric.OPERATIONS_PER_SECOND, speed);
      System.out.printf("round %d: %s: %s/s%n", round, cell.describe(), Units.perSecond(speed));
    } catch (TimedProcess.FailedException e) {
      recorder.fail(cell, String.valueOf(e.getMessage()));
      System.out.printf("round %d: %s: failed: %s%n", round, cell.describe(), e.getMessage());
    }
  }
}
