package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Series;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.util.List;
import java.util.Optional;

/** Records in warm JVMs: a table for each JDK and size. */
final class WarmSection {
  private static final long FEW_A_SECOND = 1 << 20;
  private static final List<String> HEADINGS =
      List.of(
          "Implementation",
          "Seal",
          "Open",
          "Seal, 2 threads",
          "Open, 2 threads",
          "Seal allocates",
          "Open allocates");

  private final Results results;

  WarmSection(Results results) {
    this.results = results;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String jdk : results.jdks(Task.SEAL, Task.OPEN)) {
      for (long size : Order.sizes(results, Task.SEAL)) {
        append(text, jdk, size);
      }
      appendBuffers(text, jdk);
      appendRotation(text, jdk);
    }
    return text.toString();
  }

  private void append(StringBuilder text, String jdk, long size) {
    Table table = new Table(HEADINGS);
    boolean any = false;
    for (String subject :
        Order.subjects(results, Task.SEAL, c -> c.jdk().equals(jdk) && c.size() == size)) {
      Cell seal = Cell.of(jdk, Task.SEAL, subject, size);
      Cell open = Cell.of(jdk, Task.OPEN, subject, size);
      table.row(
          List.of(
              subject,
              speed(seal),
              speed(open),
              speed(seal.withThreads(2)),
              speed(open.withThreads(2)),
              allocation(seal),
              allocation(open)));
      any = true;
    }
    if (any) {
      text.append("### JDK %s, %s%n%n%s%n".formatted(jdk, Units.bytes(size), table));
    }
  }

  private void appendBuffers(StringBuilder text, String jdk) {
    List<String> subjects = Order.subjects(results, Task.SEAL_INTO, cell -> cell.jdk().equals(jdk));
    if (subjects.isEmpty()) {
      return;
    }
    Table table =
        new Table(
            List.of("64 MiB, kept buffer", "Seal", "Open", "Seal allocates", "Open allocates"));
    for (long size : Order.sizes(results, Task.SEAL_INTO)) {
      for (String subject : subjects) {
        Cell seal = Cell.of(jdk, Task.SEAL_INTO, subject, size);
        Cell open = Cell.of(jdk, Task.OPEN_INTO, subject, size);
        table.row(List.of(subject, speed(seal), speed(open), allocation(seal), allocation(open)));
      }
    }
    Order.cells(results, Task.OPENSSL_SPEED, cell -> cell.jdk().equals(jdk))
        .forEach(cell -> table.row(List.of("openssl speed", speed(cell), "", "", "")));
    text.append("### JDK %s, 64 MiB into a buffer that is kept%n%n%s%n".formatted(jdk, table));
  }

  private void appendRotation(StringBuilder text, String jdk) {
    Table table = new Table(List.of("Moved to another key", "Records", "A record allocates"));
    List<Cell> cells = Order.cells(results, Task.ROTATE, cell -> cell.jdk().equals(jdk));
    cells.forEach(cell -> table.row(List.of(cell.subject(), speed(cell), allocation(cell))));
    if (!cells.isEmpty()) {
      text.append("### JDK %s, rotation, 1 KiB%n%n%s%n".formatted(jdk, table));
    }
  }

  private String speed(Cell cell) {
    Optional<Series> found = results.speed(cell);
    if (found.isEmpty()) {
      return Cells.missing(results, cell);
    }
    boolean bytes = cell.size() >= FEW_A_SECOND || cell.task() == Task.OPENSSL_SPEED;
    return bytes
        ? Cells.spread(found.get().speed(), Units::speed)
        : Cells.spread(found.get().spread(), Units::perSecond);
  }

  private String allocation(Cell cell) {
    return results
        .find(cell, Metric.BYTES_ALLOCATED)
        .map(found -> Units.bytes(found.spread().median()))
        .orElse("");
  }
}
