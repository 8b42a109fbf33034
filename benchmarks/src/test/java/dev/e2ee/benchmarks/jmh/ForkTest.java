package dev.e2ee.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** JMH finds the benchmarks, and tells when one refuses. */
@Tag("once")
class ForkTest {
  private final Fork fork =
      new Fork(
          Path.of(System.getProperty("java.home"), "bin/java"),
          size -> new Times(1, 50, 1, 50),
          List.of());

  /** The numbers do not matter here; others may be measuring at the same time. */
  @BeforeEach
  void shareTheMachine() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  @Test
  void measuresSpeedAndAllocation() throws Exception {
    Fork.Result result = fork.run(Cell.of("17", Task.SEAL, "floor", 64));
    assertTrue(result.operationsPerSecond() > 1, result::toString);
    assertTrue(result.bytesAllocated() > 64, result::toString);
  }

  /** Each moves all records, or fails. */
  @Test
  void movesRecordsInEachWay() throws Exception {
    for (String mover : Targets.MOVERS) {
      Fork.Result result = fork.run(Cell.of("17", Task.ROTATE, mover, 64));
      assertTrue(result.operationsPerSecond() > 1, result::toString);
    }
  }

  /** They are the rotation's, which says how many it may have. */
  @Test
  void aRotationHasTheThreadsOfItsCell() throws Exception {
    Cell rotation = Cell.of("17", Task.ROTATE, "rotation", 64);
    assertTrue(fork.run(rotation.withThreads(2)).operationsPerSecond() > 1);
    Fork.FailedException failure =
        assertThrows(Fork.FailedException.class, () -> fork.run(rotation.withThreads(1000)));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("a rotation has 1 to"), failure::toString);
  }

  @Test
  void saysWhyItCouldNot() {
    Fork.FailedException failure =
        assertThrows(
            Fork.FailedException.class,
            () -> fork.run(Cell.of("17", Task.SEAL, "no-such-implementation", 64)));
    assertTrue(
        String.valueOf(failure.getMessage()).contains("no implementation no-such-implementation"),
        failure::toString);
  }
}
