package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a round of rotations measures: everything, for one JDK after the other, in an order that
 * changes from round to round.
 *
 * @param jdks the releases
 */
record RotationPlan(List<String> jdks) {
  /** The cells of a round, in their order. */
  List<Cell> round(int round) {
    List<Cell> cells = new ArrayList<>();
    Random random = new Random(round);
    for (String jdk : jdks) {
      List<Cell> compared = new ArrayList<>();
      Targets.MOVERS.forEach(
          mover -> compared.add(Cell.of(jdk, Task.ROTATE, mover, Targets.MOVED)));
      compared.add(compared.get(0).withThreads(2));
      Collections.shuffle(compared, random);
      cells.addAll(compared);
    }
    return cells;
  }
}
