package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.machine.Jvm;
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
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Runs rounds, each number in a fresh JVM, and records what comes out. */
final class JmhRun {
  /** Or the kernel would still make pages while it is measured. */
  private static final String TOUCHED_HEAP = "-XX:+AlwaysPreTouch";

  /** What each JVM is started with. */
  static final String HEAP = Fork.HEAP + " " + TOUCHED_HEAP;

  private final Map<String, Path> javas;
  private final boolean quick;
  private final Recorder recorder;

  /** With these JVMs. */
  JmhRun(List<Jvm> jvms, boolean quick, Recorder recorder) {
    this.javas = jvms.stream().collect(Collectors.toMap(Jvm::release, Jvm::java));
    this.quick = quick;
    this.recorder = recorder;
  }

  /**
   * Runs all rounds; what is measured is saved after each.
   *
   * @param plan a round's number, from 1 on, to its cells in their order
   */
  void run(int rounds, IntFunction<List<Cell>> plan) throws IOException {
    for (int round = 1; round <= rounds; round++) {
      Machine.touchMemory(javas.values().iterator().next());
      List<Cell> cells = plan.apply(round);
      for (int i = 0; i < cells.size(); i++) {
        Cell cell = cells.get(i);
        if (!recorder.hasFailed(cell)) {
          String outcome = measure(round, cell);
          System.out.printf(
              "round %d of %d, %d of %d: %s: %s%n",
              round, rounds, i + 1, cells.size(), cell.describe(), outcome);
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
      if (isAllocationComplete(cell)) {
        recorder.record(round, cell, Metric.BYTES_ALLOCATED, result.bytesAllocated());
      }
      return Units.perSecond(result.operationsPerSecond()) + " operations a second";
    } catch (Fork.FailedException e) {
      recorder.fail(cell, String.valueOf(e.getMessage()));
      return "failed: " + e.getMessage();
    }
  }

  /**
   * A rotation ends its helpers with each pass, and on JDK 17 JMH does not know what threads
   * allocated that have ended.
   */
  private static boolean isAllocationComplete(Cell cell) {
    return cell.task() != Task.ROTATE || cell.threads() == 1;
  }
}
