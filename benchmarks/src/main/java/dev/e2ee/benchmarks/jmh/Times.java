package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.util.Set;

/**
 * How long one fork runs.
 *
 * @param warmups iterations that do not count
 * @param warmupMillis length of each
 * @param measured iterations that count
 * @param measuredMillis length of each
 */
record Times(int warmups, int warmupMillis, int measured, int measuredMillis) {
  private static final int LARGE = 1 << 20;
  private static final Set<Cell> JUDGED = Set.copyOf(Targets.warmCells());

  /**
   * Large messages get longer to warm up: one call counts once for the JIT, whatever its size.
   * Small ones that no target needs get less; whatever moves a record gets the same, as it is
   * compared.
   */
  static Times of(boolean quick, Cell cell) {
    if (cell.size() >= LARGE) {
      return quick ? new Times(2, 1000, 2, 500) : new Times(8, 1000, 3, 1000);
    }
    if (quick) {
      return new Times(2, 500, 2, 500);
    }
    return cell.task() == Task.ROTATE || isJudged(cell)
        ? new Times(4, 1000, 4, 500)
        : new Times(2, 1000, 3, 400);
  }

  /** Whether a target needs it. */
  static boolean isJudged(Cell cell) {
    return JUDGED.contains(cell);
  }

  /** For the report. */
  String describe() {
    return warmups + " × " + warmupMillis + " ms, " + measured + " × " + measuredMillis + " ms";
  }
}
