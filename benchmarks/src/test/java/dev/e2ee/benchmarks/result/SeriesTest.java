package dev.e2ee.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final Cell OURS = Cell.of("17", Task.SEAL, "e2ee", 1024);
  private static final Cell THEIRS = Cell.of("17", Task.SEAL, "tink", 1024);

  private static Series series(Cell cell, Metric metric, Map<Integer, Double> rounds) {
    return new Series(cell, metric, new TreeMap<>(rounds));
  }

  private static Series perSecond(Cell cell, Map<Integer, Double> rounds) {
    return series(cell, Metric.OPERATIONS_PER_SECOND, rounds);
  }

  @Test
  void medianOfOddAndEvenNumbers() {
    assertEquals(new Spread(2, 1, 9), Spread.of(List.of(9.0, 1.0, 2.0)));
    assertEquals(new Spread(2.5, 1, 9), Spread.of(List.of(9.0, 1.0, 2.0, 3.0)));
    assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
  }

  /** In the second round the machine was slow; the ratio of the medians would be 3. */
  @Test
  void ratiosAreTakenRoundByRound() {
    Series ours = perSecond(OURS, Map.of(1, 300.0, 2, 30.0, 3, 320.0));
    Series theirs = perSecond(THEIRS, Map.of(1, 150.0, 2, 15.0, 3, 100.0));
    assertEquals(Optional.of(new Spread(2, 2, 3.2)), ours.speedRatio(theirs));
  }

  @Test
  void onlyRoundsThatBothHaveCount() {
    Series ours = perSecond(OURS, Map.of(1, 300.0, 2, 100.0));
    assertEquals(
        Optional.of(new Spread(2, 2, 2)), ours.speedRatio(perSecond(THEIRS, Map.of(2, 50.0))));
    assertEquals(Optional.empty(), ours.speedRatio(perSecond(THEIRS, Map.of(3, 50.0))));
  }

  @Test
  void differentSizesAreComparedByBytes() {
    Series large = perSecond(Cell.of("17", Task.SEAL, "e2ee", 4096), Map.of(1, 10.0));
    Series blocks = perSecond(Cell.of("17", Task.OPENSSL_SPEED, "openssl", 1024), Map.of(1, 80.0));
    assertEquals(Optional.of(new Spread(0.5, 0.5, 0.5)), large.speedRatio(blocks));
  }

  @Test
  void lessSecondsAreFaster() {
    Series ours = series(OURS, Metric.SECONDS, Map.of(1, 2.0));
    Series theirs = series(THEIRS, Metric.SECONDS, Map.of(1, 8.0));
    assertEquals(Optional.of(new Spread(4, 4, 4)), ours.speedRatio(theirs));
  }

  @Test
  void memoryIsNoSpeed() {
    Series memory = series(OURS, Metric.PEAK_KIB, Map.of(1, 2.0));
    assertThrows(IllegalStateException.class, memory::speed);
  }
}
