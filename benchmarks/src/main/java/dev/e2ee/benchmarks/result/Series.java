package dev.e2ee.benchmarks.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one cell gave in each round.
 *
 * @param cell what was measured
 * @param metric what the numbers count
 * @param rounds round to number; a round that was left out is not there
 */
public record Series(Cell cell, Metric metric, SortedMap<Integer, Double> rounds) {
  /** The median of all rounds; there is at least one. */
  @JsonIgnore
  public Spread spread() {
    return Spread.of(rounds.values());
  }

  /** Its speed in bytes a second. */
  @JsonIgnore
  public Spread speed() {
    return Spread.of(speeds().values());
  }

  /**
   * How many times as fast this is as another, by bytes a second: one ratio for each round that
   * both have, and of these the median. A machine that is slow for a while is slow for both.
   *
   * @return empty when they have no round in common
   */
  public Optional<Spread> speedRatio(Series other) {
    return ratios(speeds(), other.speeds());
  }

  private static Optional<Spread> ratios(
      SortedMap<Integer, Double> ours, SortedMap<Integer, Double> theirs) {
    TreeSet<Integer> common = new TreeSet<>(ours.keySet());
    common.retainAll(theirs.keySet());
    Collection<Double> ratios =
        common.stream().map(round -> value(ours, round) / value(theirs, round)).toList();
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
  }

  private static double value(Map<Integer, Double> rounds, int round) {
    return rounds.getOrDefault(round, Double.NaN);
  }

  /** Bytes of plaintext a second, by round. */
  private SortedMap<Integer, Double> speeds() {
    SortedMap<Integer, Double> speeds = new TreeMap<>();
    rounds.forEach((round, value) -> speeds.put(round, speed(value)));
    return speeds;
  }

  private double speed(double value) {
    return switch (metric) {
      case OPERATIONS_PER_SECOND -> value * cell.size();
      case SECONDS, STOPPED_AFTER_SECONDS -> cell.size() / value;
      case BYTES_ALLOCATED, CPU_SECONDS, PEAK_KIB ->
          throw new IllegalStateException(metric + " of " + cell.describe() + " is no speed");
    };
  }
}
