package dev.e2ee.cli.conformance;

import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.TestVector.Expectation;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A report in as many lines as a person reads in a terminal. */
final class Summary {
  private static final int SHOWN = 10;

  private final Report report;

  Summary(Report report) {
    this.report = report;
  }

  /** Totals, files, and deviations. */
  Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("deviations", report.deviations());
    all.put("tests", tests());
    all.put("columns", report.columns().stream().map(this::json).toList());
    return all;
  }

  private long tests() {
    return report.files().stream().mapToLong(file -> file.tests().size()).sum();
  }

  private Map<String, Object> json(ColumnResult column) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", column.column().id());
    fields.put("title", column.column().title());
    fields.put("java", column.java());
    fields.put("info", info(column));
    if (column.trouble() != null) {
      fields.put("trouble", column.trouble());
    }
    fields.put("passed", column.count(Outcome.PASSED));
    fields.put("deviating", column.count(Outcome.DEVIATING));
    fields.put("unsupported", column.count(Outcome.UNSUPPORTED));
    fields.put("acceptable", acceptable(column));
    fields.put("unsupportedBecause", reasons(column));
    fields.put("deviations", deviations(column));
    return fields;
  }

  private static List<String> info(ColumnResult column) {
    return column.providers().stream()
        .map(p -> p.get("name") + " " + p.get("version") + ": " + p.get("info"))
        .toList();
  }

  /** What a subject did where it may do either, by what it did. */
  private Map<String, Object> acceptable(ColumnResult column) {
    Map<String, Object> counts = new LinkedHashMap<>();
    long accepted = 0;
    long refused = 0;
    for (VectorFile file : report.files()) {
      for (int i = 0; i < file.tests().size(); i++) {
        Result result = column.of(file.name()).get(i);
        boolean either = file.tests().get(i).expectation() == Expectation.ACCEPTABLE;
        if (either && result.outcome() == Outcome.PASSED) {
          accepted += result.seen().equals("accepted") ? 1 : 0;
          refused += result.seen().equals("accepted") ? 0 : 1;
        }
      }
    }
    counts.put("accepted", accepted);
    counts.put("refused", refused);
    return counts;
  }

  private Map<String, Object> reasons(ColumnResult column) {
    Map<String, Object> reasons = new TreeMap<>();
    for (VectorFile file : report.files()) {
      for (Result result : column.of(file.name())) {
        if (result.outcome() == Outcome.UNSUPPORTED) {
          // What stands behind the colon is the test's own.
          String reason = result.seen().replaceFirst(": .*", "");
          reasons.merge(reason, 1, (a, b) -> (Integer) a + (Integer) b);
        }
      }
    }
    return reasons;
  }

  private List<Map<String, Object>> deviations(ColumnResult column) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (VectorFile file : report.files()) {
      for (int i = 0; i < file.tests().size(); i++) {
        Result result = column.of(file.name()).get(i);
        if (result.outcome() == Outcome.DEVIATING) {
          all.add(deviation(file, file.tests().get(i), result));
        }
      }
    }
    return all;
  }

  private static Map<String, Object> deviation(VectorFile file, TestVector test, Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", file.name());
    fields.put("tcId", test.id());
    fields.put("comment", test.comment());
    fields.put("flags", test.flags());
    fields.put("expected", result.expected());
    fields.put("seen", result.seen());
    return fields;
  }

  /** For a terminal. */
  String text(@Nullable Path written) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%,d tests in %d %s, each as its schema says; totals are the files' own"
            .formatted(
                tests(), report.files().size(), report.files().size() == 1 ? "file" : "files"));
    report.files().stream().flatMap(file -> file.remarks().stream()).distinct().forEach(lines::add);
    lines.add("");
    lines.add("%-34s %9s %10s %12s".formatted("", "passed", "deviating", "unsupported"));
    report.columns().forEach(column -> lines.addAll(row(column)));
    report.columns().forEach(column -> lines.addAll(details(column)));
    lines.add("");
    lines.add(
        written == null
            ? "With --report DIR each test can be looked at, the acceptable ones too."
            : "Written: "
                + written.resolve("index.html")
                + ", conformance.json and junit.xml beside it");
    return String.join("\n", lines);
  }

  private static List<String> row(ColumnResult column) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-34s %,9d %,10d %,12d"
            .formatted(
                column.column().title(),
                column.count(Outcome.PASSED),
                column.count(Outcome.DEVIATING),
                column.count(Outcome.UNSUPPORTED)));
    if (column.trouble() != null) {
      lines.add("  " + column.trouble());
    }
    return lines;
  }

  private List<String> details(ColumnResult column) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(column.column().title() + ", " + column.java());
    column
        .providers()
        .forEach(
            p -> lines.add("  " + p.get("name") + " " + p.get("version") + ": " + p.get("info")));
    Map<String, Object> acceptable = acceptable(column);
    lines.add(
        "  acceptable: %s accepted, %s refused"
            .formatted(acceptable.get("accepted"), acceptable.get("refused")));
    reasons(column)
        .forEach((reason, count) -> lines.add("  unsupported: %s: %s".formatted(count, reason)));
    List<Map<String, Object>> deviations = deviations(column);
    deviations.stream().limit(SHOWN).forEach(d -> lines.add("  DEVIATES: " + line(d)));
    if (deviations.size() > SHOWN) {
      lines.add("  ... and %,d more deviations".formatted(deviations.size() - SHOWN));
    }
    return lines;
  }

  private static String line(Map<String, Object> d) {
    return "%s %s %s %s: %s; expected: %s"
        .formatted(
            d.get("file"),
            d.get("tcId"),
            d.get("flags"),
            d.get("comment"),
            d.get("seen"),
            d.get("expected"));
  }
}
