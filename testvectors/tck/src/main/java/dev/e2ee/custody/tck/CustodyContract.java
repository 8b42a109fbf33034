package dev.e2ee.custody.tck;

import dev.e2ee.custody.tck.report.CustodyReport;
import dev.e2ee.custody.tck.report.Outcome;
import dev.e2ee.custody.tck.report.PointResult;
import dev.e2ee.custody.tck.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What every custody back end must do, as JUnit tests: extend it, and give a fixture.
 *
 * <p>There is one test for each point that the fixture can produce. The others are no tests, and so
 * neither pass nor are skipped: they are counted as declared, with their reasons, in the report. It
 * is printed as a line, and written where the property {@value #REPORT} names a directory.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CustodyContract {
  /** The property with the directory for reports; each fixture gets a folder of its own there. */
  public static final String REPORT = "e2ee.tck.report";

  private final CustodyTck tck;

  /** For a back end with this fixture, with the effort that {@link Effort#SOAK} says. */
  protected CustodyContract(CustodyFixture fixture) {
    this(fixture, Effort.configured());
  }

  /** For a back end with this fixture, and with this effort. */
  protected CustodyContract(CustodyFixture fixture, Effort effort) {
    this.tck = new CustodyTck(fixture, effort);
  }

  @TestFactory
  final Stream<DynamicContainer> points() {
    Map<String, List<Point>> groups = new LinkedHashMap<>();
    for (Point point : CustodyTck.points()) {
      if (tck.declared(point).isPresent()) {
        tck.run(point);
      } else {
        groups.computeIfAbsent(point.group(), group -> new ArrayList<>()).add(point);
      }
    }
    return groups.entrySet().stream()
        .map(
            group ->
                DynamicContainer.dynamicContainer(
                    group.getKey(), group.getValue().stream().map(this::test)));
  }

  private DynamicTest test(Point point) {
    return DynamicTest.dynamicTest(
        point.id() + ": " + point.title(),
        () -> {
          PointResult result = tck.run(point);
          if (result.outcome() == Outcome.FAILED) {
            throw new AssertionError(
                point.id() + ": " + result.detail(), result.error().orElse(null));
          }
        });
  }

  @AfterAll
  final void report() throws IOException {
    CustodyReport report = tck.report();
    System.out.println("Custody TCK, " + report.name() + ": " + report.sum());
    report.partial().ifPresent(System.out::println);
    for (PointResult result : report.results()) {
      if (result.outcome() == Outcome.DECLARED) {
        System.out.println("  declared: " + result.point().id() + ": " + result.detail());
      }
    }
    String directory = System.getProperty(REPORT, "");
    if (!directory.isEmpty()) {
      String folder = report.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
      ReportFiles.write(report, Path.of(directory).resolve(folder));
    }
  }
}
