package dev.e2ee.custody.tck.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.tck.CustodyTck;
import dev.e2ee.custody.tck.Effort;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.Point;
import dev.e2ee.custody.tck.report.Outcome;
import dev.e2ee.custody.tck.report.PointResult;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every point fails a back end that does not do what it says: no point that cannot fail. */
@Tag("once")
class MutantsTest {
  static final Effort LITTLE = new Effort(2, 1, 2, 500, 3, 2, 20);

  /** These two are one point, with other numbers. */
  private static final Set<String> AS_ANOTHER = Set.of("threads-256x32");

  @ParameterizedTest
  @EnumSource
  void thePointFailsThatSaysOtherwise(Mutation mutation) {
    CustodyTck tck = new CustodyTck(new MutantFixture(mutation), LITTLE);
    PointResult result = tck.run(point(mutation.point()));
    assertEquals(Outcome.FAILED, result.outcome(), () -> mutation + " passes " + result.point());
    assertTrue(result.detail().contains(mutation.says()), result.detail());
  }

  /** Three times the deadline; other processes, of which no time is measured, are not tried. */
  @ParameterizedTest
  @CsvSource({"TIMES_OUT_LATE, frozen", "SAYS_GONE_LATE, lost-under-load lost-makes-nothing"})
  void whoAnswersLateFailsTheseAndNoOthers(Mutation mutation, String points) {
    CustodyTck tck = new CustodyTck(new MutantFixture(mutation), LITTLE);
    CustodyTck.points().stream()
        .filter(point -> !point.needs().contains(Fault.SECOND_PROCESS))
        .forEach(tck::run);
    assertEquals(
        points,
        tck.report().results().stream()
            .filter(result -> result.outcome() == Outcome.FAILED)
            .map(result -> result.point().id())
            .collect(Collectors.joining(" ")));
  }

  static Point point(String id) {
    return CustodyTck.points().stream()
        .filter(point -> point.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyPointOfTheExampleHasAMutant() {
    Set<String> points =
        CustodyTck.points().stream().map(Point::id).collect(Collectors.toCollection(TreeSet::new));
    points.removeAll(AS_ANOTHER);
    points.removeAll(Arrays.stream(Mutation.values()).map(Mutation::point).toList());
    assertEquals(Set.of(), points);
  }
}
