package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Spread;
import dev.e2ee.benchmarks.result.Units;
import java.util.function.DoubleFunction;

/** What stands in one cell of a table. */
final class Cells {
  private Cells() {}

  /** The median, and in brackets the least and the most where there were several rounds. */
  static String spread(Spread spread, DoubleFunction<String> unit) {
    if (spread.least() == spread.most()) {
      return unit.apply(spread.median());
    }
    return unit.apply(spread.median())
        + " ("
        + unit.apply(spread.least())
        + " … "
        + unit.apply(spread.most())
        + ")";
  }

  /** How many operations a second, or why there is no number. */
  static String perSecond(Results results, Cell cell) {
    return results
        .speed(cell)
        .map(found -> spread(found.spread(), Units::perSecond))
        .orElseGet(() -> missing(results, cell));
  }

  /** The bytes that one operation allocates; empty when they were not counted. */
  static String allocation(Results results, Cell cell) {
    return results
        .find(cell, Metric.BYTES_ALLOCATED)
        .map(found -> Units.bytes(found.spread().median()))
        .orElse("");
  }

  /** Why there is no number. */
  static String missing(Results results, Cell cell) {
    return results.failure(cell).isPresent() ? "failed" : "";
  }
}
