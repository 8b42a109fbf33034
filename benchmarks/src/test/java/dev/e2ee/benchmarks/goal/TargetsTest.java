package dev.e2ee.benchmarks.goal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Failure;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Run;
import dev.e2ee.benchmarks.result.Series;
import dev.e2ee.benchmarks.result.Spread;
import dev.e2ee.benchmarks.result.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final Cell OURS = Cell.of("17", Task.SEAL, "e2ee", 1024);
  private static final Cell TINK = Cell.of("17", Task.SEAL, "tink", 1024);
  private static final Target SPEED = new SpeedTarget("seal", OURS, TINK, 1.4);

  private final List<Series> series = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  private TargetsTest with(Cell cell, Metric metric, double... values) {
    TreeMap<Integer, Double> rounds = new TreeMap<>();
    for (double value : values) {
      rounds.put(rounds.size() + 1, value);
    }
    series.add(new Series(cell, metric, rounds));
    return this;
  }

  private TargetsTest perSecond(Cell cell, double... values) {
    return with(cell, Metric.OPERATIONS_PER_SECOND, values);
  }

  private TargetsTest failing(Cell cell) {
    failures.add(new Failure(cell, "because"));
    return this;
  }

  private Judgement judge(Target target) {
    Run run = new Run("", Map.of(), Map.of(), Map.of(), failures, series);
    return target.judge(
        new Results(Optional.of(run), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static Judgement expected(Verdict verdict, double... medianLeastMost) {
    return new Judgement(
        verdict,
        Optional.of(new Spread(medianLeastMost[0], medianLeastMost[1], medianLeastMost[2])),
        "");
  }

  @Test
  void theMedianDecides() {
    perSecond(OURS, 100, 300, 280).perSecond(TINK, 100, 100, 200);
    assertEquals(expected(Verdict.MET, 1.4, 1, 3), judge(SPEED));
  }

  @Test
  void justBelowIsMissed() {
    perSecond(OURS, 139).perSecond(TINK, 100);
    assertEquals(expected(Verdict.MISSED, 1.39, 1.39, 1.39), judge(SPEED));
  }

  @Test
  void oursThatFailedIsMissed() {
    failing(OURS).perSecond(TINK, 100);
    assertEquals(new Judgement(Verdict.MISSED, Optional.empty(), "failed"), judge(SPEED));
  }

  @Test
  void theirsThatFailedTellsNothing() {
    perSecond(OURS, 100).failing(TINK);
    assertEquals(
        new Judgement(Verdict.NOT_MEASURED, Optional.empty(), "tink failed"), judge(SPEED));
  }

  @Test
  void nothingMeasuredTellsNothing() {
    assertEquals(Verdict.NOT_MEASURED, judge(SPEED).verdict());
    perSecond(OURS, 100);
    assertEquals(Verdict.NOT_MEASURED, judge(SPEED).verdict());
  }

  private static final Cell FILE = Cell.ofFile("17", Task.FILE_OPEN, "e2ee", 1 << 30, "tmpfs");
  private static final Cell NAIVE =
      Cell.ofFile("17", Task.FILE_OPEN, "cipher-stream", 1 << 30, "tmpfs");
  private static final Target FILES = new SpeedTarget("open", FILE, NAIVE, 5);

  /** Who was stopped after 20 seconds took longer than that. */
  @Test
  void theirsThatWasStoppedGivesABound() {
    with(FILE, Metric.SECONDS, 2, 1).with(NAIVE, Metric.STOPPED_AFTER_SECONDS, 20).failing(NAIVE);
    Judgement judgement = judge(FILES);
    assertEquals(Verdict.MET, judgement.verdict());
    assertEquals(Optional.of(new Spread(15, 10, 20)), judgement.ratio());
    assertEquals("at least this; cipher-stream stopped after 20 s", judgement.remark());
  }

  @Test
  void aBoundThatIsTooLowTellsNothing() {
    with(FILE, Metric.SECONDS, 5).with(NAIVE, Metric.STOPPED_AFTER_SECONDS, 20).failing(NAIVE);
    assertEquals(Verdict.NOT_MEASURED, judge(FILES).verdict());
  }

  private static final Cell SMALL = Cell.of("25", Task.SEAL, "e2ee", 64);
  private static final Cell LARGE = Cell.of("25", Task.SEAL, "e2ee", 1024);
  private static final Target MEMORY = new AllocationTarget("memory", List.of(SMALL, LARGE));

  @Test
  void allocationIsJudgedByTheWorstSize() {
    with(SMALL, Metric.BYTES_ALLOCATED, 1088).with(LARGE, Metric.BYTES_ALLOCATED, 4096);
    assertEquals(
        new Judgement(Verdict.MET, Optional.of(new Spread(1, 1, 1)), "worst at 1 KiB"),
        judge(MEMORY));
    with(SMALL, Metric.BYTES_ALLOCATED, 1).series.set(1, seriesOf(LARGE, 6144));
    assertEquals(
        new Judgement(Verdict.MISSED, Optional.of(new Spread(1.5, 1.5, 1.5)), "worst at 1 KiB"),
        judge(MEMORY));
  }

  private static Series seriesOf(Cell cell, double value) {
    return new Series(cell, Metric.BYTES_ALLOCATED, new TreeMap<>(Map.of(1, value)));
  }

  @Test
  void allocationAtSomeSizesOnlyIsNotMet() {
    with(SMALL, Metric.BYTES_ALLOCATED, 1088);
    assertEquals(Verdict.NOT_MEASURED, judge(MEMORY).verdict());
  }

  @Test
  void allocationTooHighAtOneSizeIsMissed() {
    with(SMALL, Metric.BYTES_ALLOCATED, 10_000);
    assertEquals(Verdict.MISSED, judge(MEMORY).verdict());
  }

  private static Cell soak(Task task, long gibibytes) {
    return Cell.ofFile("17", task, "e2ee", gibibytes << 30, "ext4");
  }

  @Test
  void theSoakMustEndWell() {
    Target soak = new SoakTarget("17", 10L << 30);
    with(soak(Task.SOAK_SEAL, 1), Metric.SECONDS, 2);
    assertEquals(Verdict.NOT_MEASURED, judge(soak).verdict());
    with(soak(Task.SOAK_SEAL, 10), Metric.SECONDS, 20);
    with(soak(Task.SOAK_OPEN, 10), Metric.SECONDS, 20);
    assertEquals(Verdict.MET, judge(soak).verdict());
    assertEquals(Verdict.NOT_MEASURED, judge(new SoakTarget("25", 10L << 30)).verdict());
    failing(soak(Task.SOAK_OPEN, 10));
    assertEquals(Verdict.MISSED, judge(soak).verdict());
  }

  private static long count(String jdk, String text, double least) {
    return Targets.all(List.of("tmpfs")).stream()
        .filter(t -> t instanceof SpeedTarget speed && speed.least() == least)
        .filter(t -> t.jdk().equals(jdk) && t.what().contains(text))
        .count();
  }

  /** The numbers of the issue, each once for Envelope and once for Cipher. */
  @Test
  void theyAreThoseOfTheProject() {
    for (String jdk : List.of("17", "25")) {
      assertEquals(4, count(jdk, "against tink", 1.4));
      assertEquals(2, count(jdk, "seal, ", 0.9));
      assertEquals(2, count(jdk, "against floor", 0.6));
      assertEquals(4, count(jdk, "against aws", 8));
      assertEquals(4, count(jdk, "two threads against one", 1.8));
      assertEquals(6, count(jdk, "openssl speed", jdk.equals("17") ? 0.8 : 1.5));
      assertEquals(1, count(jdk, "rotation", 0.5));
      assertEquals(2, count(jdk, "against age", 1));
      assertEquals(4, count(jdk, "against cipher-", 5));
      assertEquals(2, count(jdk, "wrapped in a token", 0.8));
      assertEquals(2, count(jdk, "wrapped in a token", 1.5));
    }
    assertTrue(Targets.warmCells().stream().allMatch(cell -> cell.place().isEmpty()));
    assertTrue(
        Targets.warmCells().stream()
            .map(Cell::task)
            .noneMatch(Set.of(Task.TOKEN_WRAP, Task.FILE_SEAL, Task.ROTATE)::contains));
  }
}
