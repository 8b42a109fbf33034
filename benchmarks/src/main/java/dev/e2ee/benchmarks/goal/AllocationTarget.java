package dev.e2ee.benchmarks.goal;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Series;
import dev.e2ee.benchmarks.result.Spread;
import dev.e2ee.benchmarks.result.Units;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One operation allocates no more than twice the message and 2 KiB, at every size. The ratio is
 * what it allocates by what it may; the size with the greatest one is shown.
 *
 * @param what in words
 * @param cells one for each size, of one JDK
 */
public record AllocationTarget(String what, List<Cell> cells) implements Target {
  private static final int CONSTANT = 2048;

  private record AtSize(long size, Spread ratio) {}

  @Override
  public String jdk() {
    return cells.get(0).jdk();
  }

  @Override
  public String required() {
    return "≤ " + Units.ratio(1);
  }

  @Override
  public Judgement judge(Results results) {
    Optional<Cell> failed =
        cells.stream().filter(cell -> results.failure(cell).isPresent()).findFirst();
    if (failed.isPresent()) {
      return Judgement.failed("failed at " + Units.bytes(failed.get().size()));
    }
    List<AtSize> measured =
        cells.stream()
            .flatMap(cell -> results.find(cell, Metric.BYTES_ALLOCATED).stream())
            .map(AllocationTarget::atSize)
            .toList();
    Optional<AtSize> worst =
        measured.stream().max(Comparator.comparingDouble(at -> at.ratio().median()));
    if (worst.isEmpty()) {
      return Judgement.notMeasured("");
    }
    boolean met = worst.get().ratio().median() <= 1;
    if (met && measured.size() < cells.size()) {
      return Judgement.notMeasured("not at every size");
    }
    return Judgement.of(met, worst.get().ratio(), "worst at " + Units.bytes(worst.get().size()));
  }

  private static AtSize atSize(Series series) {
    double allowed = 2.0 * series.cell().size() + CONSTANT;
    return new AtSize(
        series.cell().size(),
        Spread.of(series.rounds().values().stream().map(value -> value / allowed).toList()));
  }
}
