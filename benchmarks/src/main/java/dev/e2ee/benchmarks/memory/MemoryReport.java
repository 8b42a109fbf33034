package dev.e2ee.benchmarks.memory;

import dev.e2ee.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Findings as Markdown. */
final class MemoryReport {
  private final List<Finding> findings;

  /** Of these. */
  MemoryReport(List<Finding> findings) {
    this.findings = List.copyOf(findings);
  }

  /** What also stands in SECURITY.md: a line for each implementation and kind of key. */
  String summary(Load load) {
    List<String> headings = new ArrayList<>(List.of("Implementation", "Copies of"));
    for (String jdk : jdks()) {
      headings.addAll(List.of("JDK " + jdk + ", in use", "JDK " + jdk + ", closed"));
    }
    Table table = new Table(headings);
    for (Finding first : findings) {
      if (first.jdk().equals(jdks().get(0))) {
        List<String> row = new ArrayList<>(List.of(name(first), first.kind().text()));
        findings.stream()
            .filter(f -> f.which() == first.which() && f.kind() == first.kind())
            .forEach(f -> row.addAll(List.of(cell(f.open()), cell(f.closed()))));
        table.row(row);
      }
    }
    return load.text() + ":\n\n" + table;
  }

  private static String cell(Observation seen) {
    return seen.reachable() + " / " + seen.heap() + " / " + seen.process();
  }

  /** What the copies in the heap are, garbage included, with the number of each. */
  String holders() {
    List<String> headings = new ArrayList<>(List.of("Implementation", "Copies of", "What it is"));
    Map<List<String>, List<String>> rows = new LinkedHashMap<>();
    for (String jdk : jdks()) {
      headings.addAll(List.of("JDK " + jdk + ", in use", "JDK " + jdk + ", closed"));
    }
    for (Finding finding : findings) {
      int column = 2 * jdks().indexOf(finding.jdk());
      put(rows, finding, finding.open(), column);
      put(rows, finding, finding.closed(), column + 1);
    }
    Table table = new Table(headings);
    rows.forEach(
        (start, numbers) -> table.row(Stream.concat(start.stream(), numbers.stream()).toList()));
    return table.toString();
  }

  private void put(
      Map<List<String>, List<String>> rows, Finding finding, Observation seen, int column) {
    seen.holders()
        .forEach(
            (holder, number) ->
                rows.computeIfAbsent(
                        List.of(name(finding), finding.kind().text(), "`" + holder + "`"),
                        row -> new ArrayList<>(Collections.nCopies(2 * jdks().size(), "0")))
                    .set(column, Integer.toString(number)));
  }

  private List<String> jdks() {
    return findings.stream().map(Finding::jdk).distinct().toList();
  }

  private static String name(Finding finding) {
    return "`" + finding.which().id() + "`";
  }
}
