package dev.e2ee.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.implementation.Implementation;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final List<String> ALL =
      Arrays.stream(Implementation.values()).map(Implementation::id).toList();

  private static Plan plan(int complete) {
    return new Plan(List.of("17", "25"), ALL, Targets.SIZES, List.of(1, 2), 7, complete);
  }

  @Test
  void aCompleteRoundHasEveryCombinationOnce() {
    List<Cell> round = plan(7).round(1);
    assertEquals(new HashSet<>(round).size(), round.size());
    int records = 2 * (ALL.size() - 1) * Targets.SIZES.size() * 2 * 2;
    int intoBuffers = 2 * 2 * 2;
    int openssl = 2;
    assertEquals(records + intoBuffers + openssl, round.size());
  }

  @Test
  void theOtherRoundsHaveAllThatTheTargetsNeed() {
    List<Cell> round = plan(3).round(4);
    List<Cell> ceiling = round.stream().filter(c -> c.subject().equals("jdk-chunks")).toList();
    assertEquals(2 * 2, ceiling.size());
    Set<Cell> needed = new HashSet<>(Targets.warmCells());
    needed.addAll(ceiling);
    assertEquals(needed, new HashSet<>(round));
    assertTrue(round.size() < plan(3).round(3).size() / 2);
  }

  @Test
  void theOrderChangesButWhatIsComparedStaysTogether() {
    List<Cell> first = plan(7).round(1);
    List<Cell> second = plan(7).round(2);
    assertNotEquals(first, second);
    assertEquals(new HashSet<>(first), new HashSet<>(second));
    for (List<Cell> round : List.of(first, second)) {
      int from = firstIndex(round);
      List<Cell> group = round.subList(from, from + 2 * (ALL.size() - 1));
      assertTrue(group.stream().allMatch(PlanTest::sealsSmall), group::toString);
    }
  }

  private static int firstIndex(List<Cell> round) {
    for (int i = 0; i < round.size(); i++) {
      if (sealsSmall(round.get(i))) {
        return i;
      }
    }
    throw new AssertionError("not in the round");
  }

  private static boolean sealsSmall(Cell cell) {
    return cell.jdk().equals("25") && cell.task() == Task.SEAL && cell.size() == 1024;
  }
}
