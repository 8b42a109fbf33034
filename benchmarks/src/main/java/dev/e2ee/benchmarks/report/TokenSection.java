package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Task;
import java.util.List;

/** DEKs wrapped and unwrapped in a token, a table for each number of threads. */
final class TokenSection {
  private static final List<String> HEADINGS =
      List.of("Program", "Runs on", "Wrap", "Unwrap", "Wrap by HMAC, others the HMAC alone");

  private final Results results;

  TokenSection(Results results) {
    this.results = results;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int threads : Order.threads(results, Task.TOKEN_WRAP)) {
      Table table = new Table(HEADINGS);
      Order.cells(results, Task.TOKEN_WRAP, cell -> cell.threads() == threads)
          .forEach(wrap -> table.row(row(wrap)));
      String with = threads == 1 ? "one thread" : threads + " threads";
      text.append("### DEKs a second, %s%n%n%s%n".formatted(with, table));
    }
    return text.toString();
  }

  private List<String> row(Cell wrap) {
    return List.of(
        wrap.subject(),
        wrap.jdk().equals(Cell.NATIVE) ? "native" : "JDK " + wrap.jdk(),
        Cells.perSecond(results, wrap),
        Cells.perSecond(results, of(wrap, Task.TOKEN_UNWRAP)),
        Cells.perSecond(results, of(wrap, Task.TOKEN_KDF_WRAP)));
  }

  private static Cell of(Cell wrap, Task task) {
    return Cell.ofToken(wrap.jdk(), task, wrap.subject(), wrap.threads());
  }
}
