package dev.e2ee.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.e2ee.benchmarks.goal.Target;
import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RotationPlanTest {
  private static final RotationPlan PLAN = new RotationPlan(List.of("17", "25"));

  @Test
  void aRoundHasWhatTheTargetsNeedAndTheRestOnce() {
    Set<Cell> expected =
        Targets.all(List.of("tmpfs")).stream()
            .map(Target::cells)
            .flatMap(List::stream)
            .filter(cell -> cell.task() == Task.ROTATE)
            .collect(Collectors.toSet());
    assertEquals(4, expected.size());
    for (String jdk : List.of("17", "25")) {
      expected.add(Cell.of(jdk, Task.ROTATE, "dek-wrap", 1024));
      expected.add(Cell.of(jdk, Task.ROTATE, "rotation", 1024).withThreads(2));
    }
    for (int number = 1; number <= 5; number++) {
      List<Cell> round = PLAN.round(number);
      assertEquals(expected, new HashSet<>(round));
      assertEquals(expected.size(), round.size());
    }
  }

  @Test
  void theOrderChangesButWhatIsComparedStaysTogether() {
    assertNotEquals(PLAN.round(1), PLAN.round(2));
    for (int number = 1; number <= 5; number++) {
      List<String> jdks = PLAN.round(number).stream().map(Cell::jdk).toList();
      assertEquals(List.of("17", "17", "17", "17", "25", "25", "25", "25"), jdks);
    }
  }
}
