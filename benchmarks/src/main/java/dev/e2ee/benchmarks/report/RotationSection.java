package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.util.List;

/** Records moved to another key: by a rotation with one thread and with two, and by less. */
final class RotationSection {
  private static final List<String> HEADINGS =
      List.of(
          "Moved by",
          "Runs on",
          "One thread",
          "Two threads",
          "Two against one",
          "A record allocates");

  private final Results results;

  RotationSection(Results results) {
    this.results = results;
  }

  @Override
  public String toString() {
    Table table = new Table(HEADINGS);
    Order.cells(results, Task.ROTATE, cell -> cell.threads() == 1)
        .forEach(cell -> table.row(row(cell)));
    return "### Records of %s a second%n%n%s%n".formatted(Units.bytes(Targets.MOVED), table);
  }

  private List<String> row(Cell one) {
    Cell two = one.withThreads(2);
    return List.of(
        one.subject(),
        "JDK " + one.jdk(),
        Cells.perSecond(results, one),
        Cells.perSecond(results, two),
        ratio(two, one),
        Cells.allocation(results, one));
  }

  private String ratio(Cell two, Cell one) {
    return results
        .speed(two)
        .flatMap(fast -> results.speed(one).flatMap(fast::speedRatio))
        .map(ratio -> Cells.spread(ratio, Units::ratio))
        .orElse("");
  }
}
