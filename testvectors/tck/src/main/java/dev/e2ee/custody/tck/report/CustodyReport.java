package dev.e2ee.custody.tck.report;

import dev.e2ee.custody.tck.Point;
import dev.e2ee.spi.CustodyInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the TCK found of one back end.
 *
 * @param name of the fixture
 * @param provider class of the back end
 * @param address of what was tested, without the values of its query
 * @param facts what else the fixture tells of what was tested, in its order
 * @param info what the store says of itself, once one was opened
 * @param run when, by what and on what they were run
 * @param points all that there are, in their order
 * @param results of the points that were run or declared, in their order
 */
public record CustodyReport(
    String name,
    String provider,
    String address,
    Map<String, String> facts,
    Optional<CustodyInfo> info,
    Run run,
    List<Point> points,
    List<PointResult> results) {
  /** Copies what it was given. */
  public CustodyReport {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    points = List.copyOf(points);
    results = List.copyOf(results);
  }

  /** The same with one more fact, such as of what was left in the end. */
  public CustodyReport withFact(String fact, String value) {
    Map<String, String> more = new LinkedHashMap<>(facts);
    more.put(fact, value);
    return new CustodyReport(name, provider, address, more, info, run, points, results);
  }

  /** The points that were neither run nor declared: not asked for, or the run was stopped. */
  public List<Point> missing() {
    List<Point> done = results.stream().map(PointResult::point).toList();
    return points.stream().filter(point -> !done.contains(point)).toList();
  }

  /** A sentence that says that this is not the whole TCK; empty when it is. */
  public Optional<String> partial() {
    return missing().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Only %d of %d points were run or declared: this is no report of the whole TCK."
                .formatted(results.size(), points.size()));
  }

  /** How many points ended so. */
  public int count(Outcome outcome) {
    return (int) results.stream().filter(result -> result.outcome() == outcome).count();
  }

  /** Such as {@code 30 passed, 0 failed, 3 declared}. */
  public String sum() {
    return count(Outcome.PASSED)
        + " passed, "
        + count(Outcome.FAILED)
        + " failed, "
        + count(Outcome.DECLARED)
        + " declared";
  }
}
