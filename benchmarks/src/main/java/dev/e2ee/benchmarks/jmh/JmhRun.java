package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the rounds of a plan and records what comes out. */
final class JmhRun {
  /** Or the kernel would still make pages while it is measured. */
  static final String TOUCHED_HEAP = "-XX:+AlwaysPreTouch";

  private final Plan plan;
  private final Map<String, Path> javas;
  private final boolean quick;
  private final Recorder recorder;

  /**
   * With these JVMs.
   *
   * @param javas release to launcher
   */
  JmhRun(Plan plan, Map<String, Path> javas, boolean quick, Recorder recorder) {
    this.plan = plan;
    this.javas = javas;
    this.quick = quick;
    this.recorder = recorder;
  }

  /** Runs all rounds; what is measured is saved after each. */
  void run() throws IOException {
    for (int round = 1; round <= plan.rounds(); round++) {
      Machine.touchMemory(javas.values().iterator().next());
      List<Cell> cells = plan.round(round);
      for (int i = 0; i < cells.size(); i++) {
        Cell cell = cells.get(i);
        if (!recorder.hasFailed(cell)) {
          String outcome = measure(round, cell);
          System.out.printf(
              "round %d of %d, %d of %d: %s: %s%n",
              round, plan.rounds(), i + 1, cells.size(), cell.describe(), outcome);
        }
      }
      recorder.save();
    }
  }

  private String measure(int round, Cell cell) throws IOException {
    if (cell.task() == Task.OPENSSL_SPEED) {
      double blocks = new OpensslSpeed(quick ? 1 : 3).blocksPerSecond();
      recorder.record(round, cell, Metric.OPERATIONS_PER_SECOND, blocks);
      return Units.speed(blocks * cell.size());
    }
    Path java = javas.get(cell.jdk());
    if (java == null) {
      throw new IllegalStateException("no JVM for JDK " + cell.jdk());
    }
    try {
      Fork.Result result =
          new Fork(java, what -> Times.of(quick, what), List.of(TOUCHED_HEAP)).run(cell);
      recorder.record(round, cell, Metric.OPERATIONS_PER_SECOND, result.operationsPerSecond());
      recorder.record(round, cell, Metric.BYTES_ALLOCATED, result.bytesAllocated());
      return Units.perSecond(result.operationsPerSecond()) + " operations a second";
    } catch (Fork.FailedException e) {
      recorder.fail(cell, String.valueOf(e.getMessage()));
      return "failed: " + e.getMessage();
    }
  }
}
