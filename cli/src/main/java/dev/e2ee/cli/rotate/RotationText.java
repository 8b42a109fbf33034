package dev.e2ee.cli.rotate;

import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.rotation.RotationProgress;
import dev.e2ee.rotation.RotationReport;
import dev.e2ee.spi.key.KeyDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a rotation has done, for people and as JSON. */
final class RotationText {
  private static final int MOST_LINES = 10;

  private final RotationReport report;
  private final KeyMove keys;

  RotationText(RotationReport report, KeyMove keys) {
    this.report = report;
    this.keys = keys;
  }

  /** The records that stay as they are: a line for each of the first, and how many more. */
  List<String> problems() {
    List<String> lines = new ArrayList<>();
    for (RotationReport.Problem problem : report.problems()) {
      if (lines.size() < MOST_LINES) {
        lines.add("e2ee: " + problem.id() + ": " + problem.message());
      }
    }
    long more = report.lastPass().problems() - lines.size();
    if (more > 0) {
      lines.add(
          "e2ee: \u2026 and "
              + more
              + " more; --json lists the first "
              + RotationReport.KEPT_PROBLEMS);
    }
    return lines;
  }

  /** For programs. */
  Map<String, Object> json() {
    RotationProgress last = report.lastPass();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("complete", report.isComplete());
    fields.put("moved", report.moved());
    fields.put("passes", last.pass());
    fields.put("seen", last.seen());
    fields.put("alreadyMoved", last.alreadyMoved());
    fields.put("gone", last.gone());
    fields.put("contended", last.contended());
    fields.put("current", report.current());
    fields.put("freed", List.copyOf(report.freed()));
    fields.put("failures", last.problems());
    fields.put(
        "failed",
        report.problems().stream()
            .map(
                problem ->
                    Map.of(
                        "id", problem.id(),
                        "reason", problem.reason(),
                        "error", problem.message()))
            .toList());
    return fields;
  }

  /** For people. */
  String text() {
    RotationProgress last = report.lastPass();
    String done = "Moved " + report.moved() + ", passes " + last.pass() + ". ";
    if (report.isComplete()) {
      return done + "All " + last.seen() + " records are under " + keys.freshText() + "." + freed();
    }
    return done
        + "Not complete: "
        + (last.problems() > 0
            ? last.problems() + " stay as they are; settle them, and run it again."
            : "records still came under an old key. Find the writers that seal under it, give them"
                + " the new one, and run it again.");
  }

  private String freed() {
    StringBuilder text = new StringBuilder();
    List<KeyDescription> freed = keys.old(report.freed());
    if (!freed.isEmpty()) {
      text.append("\nWhen no writer has them any more, and no backup needs them, retire:");
    }
    for (KeyDescription key : freed) {
      text.append("\n  ").append(KeyTexts.phrase(key));
    }
    return text.toString();
  }
}
