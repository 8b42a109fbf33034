package dev.e2ee.benchmarks.result;

import java.util.Collection;
import java.util.List;

/** The median of several rounds, the least and the most of them. */
public record Spread(double median, double least, double most) {
  /**
   * Of one round or more; of an even number the mean of the two in the middle.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static Spread of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a median needs at least one value");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int last = sorted.size() - 1;
    double median = (sorted.get(last / 2) + sorted.get((last + 1) / 2)) / 2;
    return new Spread(median, sorted.get(0), sorted.get(last));
  }
}
