package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Cell;
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
              Cells.allocation(results, seal),
              Cells.allocation(results, open)));
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
        table.row(
            List.of(
                subject,
                speed(seal),
                speed(open),
                Cells.allocation(results, seal),
                Cells.allocation(results, open)));
      }
    }
    Order.cells(results, Task.OPENSSL_SPEED, cell -> cell.jdk().equals(jdk))
        .forEach(cell -> table.row(List.of("openssl speed", speed(cell), "", "", "")));
    text.append("### JDK %s, 64 MiB into a buffer that is kept%n%n%s%n".formatted(jdk, table));
  }

  private String speed(Cell cell) {
    boolean bytes = cell.size() >= FEW_A_SECOND || cell.task() == Task.OPENSSL_SPEED;
    Optional<Series> found = results.speed(cell);
    return bytes && found.isPresent()
        ? Cells.spread(found.get().speed(), Units::speed)
        : Cells.perSecond(results, cell);
  }
}
