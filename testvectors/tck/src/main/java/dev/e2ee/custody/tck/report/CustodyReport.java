package dev.e2ee.custody.tck.report;

import dev.e2ee.custody.tck.Effort;
import dev.e2ee.spi.CustodyInfo;
import java.time.Instant;
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
 * @param address of the last store, without the values of its query
 * @param facts what else the fixture tells of what was tested, in its order
 * @param info what the store says of itself, once one was opened
 * @param java version and maker of the JVM
 * @param system operating system, its version and architecture
 * @param effort how often luck was tried
 * @param date when it began
 * @param results of the points that were run or declared, in their order
 */
public record CustodyReport(
    String name,
    String provider,
    String address,
    Map<String, String> facts,
    Optional<CustodyInfo> info,
    String java,
    String system,
    Effort effort,
    Instant date,
    List<PointResult> results) {
  /** Copies what it was given. */
  public CustodyReport {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    results = List.copyOf(results);
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
