package dev.e2ee.cli.custody;

import dev.e2ee.custody.tck.Point;
import dev.e2ee.custody.tck.report.CustodyReport;
import dev.e2ee.custody.tck.report.Outcome;
import dev.e2ee.custody.tck.report.PointResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report in as many lines as a person reads in a terminal. */
final class TestSummary {
  private final CustodyReport report;
  private final Leftovers left;

  TestSummary(CustodyReport report, Leftovers left) {
    this.report = report;
    this.left = left;
  }

  Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("store", report.address());
    for (Outcome outcome : Outcome.values()) {
      all.put(outcome.word(), report.count(outcome));
    }
    all.put("allPoints", report.points().size());
    all.put("notRun", notRun());
    all.put("version", report.run().version());
    report.run().commit().ifPresent(commit -> all.put("commit", commit));
    all.put("effort", report.run().effort().name());
    all.put("left", left.keys().isPresent() ? left.keys().getAsInt() : null);
    all.put("leftPrefix", left.prefix());
    all.put("points", report.results().stream().map(TestSummary::json).toList());
    return all;
  }

  private List<String> notRun() {
    return report.missing().stream().map(Point::id).toList();
  }

  private static Map<String, Object> json(PointResult result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", result.point().id());
    fields.put("outcome", result.outcome().word());
    fields.put("detail", result.detail());
    return fields;
  }

  String text(@Nullable Path written) {
    List<String> lines = new ArrayList<>();
    lines.add(report.address());
    report.info().ifPresent(info -> lines.add("  " + info.backend()));
    lines.add("  E2EE " + report.run().built() + ", Java " + report.run().java());
    lines.add("  effort " + report.run().effort());
    lines.add("");
    for (PointResult result : report.results()) {
      lines.add(
          "%s %-8s %s"
              .formatted(result.outcome().sign(), result.outcome().word(), result.point().title()));
      boolean silent = result.outcome() == Outcome.PASSED && result.detail().isEmpty();
      if (!silent) {
        lines.add("           " + result.point().id() + ": " + result.detail());
      }
    }
    lines.add("");
    lines.add(report.sum());
    report
        .partial()
        .ifPresent(partial -> lines.add(partial + " Not: " + String.join(", ", notRun())));
    lines.add(left.text());
    lines.add(
        written == null
            ? "With --report DIR the report is written, as a page and as JSON."
            : "Written: " + written.resolve("index.html") + ", custody.json beside it");
    return String.join("\n", lines);
  }
}
