package dev.e2ee.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A Markdown table. */
public final class Table {
  private final List<String> lines = new ArrayList<>();
  private final int columns;

  /** With these headings. */
  public Table(List<String> headings) {
    this.columns = headings.size();
    row(headings);
    row(Collections.nCopies(columns, "---"));
  }

  /** One more row. */
  public void row(List<String> cells) {
    if (cells.size() != columns) {
      throw new IllegalArgumentException(cells + " does not fill " + columns + " columns");
    }
    lines.add(
        "| "
            + String.join(
                " | ", cells.stream().map(cell -> cell.replace("|", "\\|").strip()).toList())
            + " |");
  }

  @Override
  public String toString() {
    return String.join("\n", lines) + "\n";
  }
}
