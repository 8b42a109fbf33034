package dev.e2ee.cli.rotate;

import dev.e2ee.rotation.RotationProgress;
import dev.e2ee.rotation.RotationReport;
import dev.e2ee.rotation.RotationReport.EarlierChanges;
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

  /** The records that stay as they are: a line for each of the first, why, and how many more. */
  List<String> problems(ProblemHints hints) {
    List<String> lines = new ArrayList<>();
    for (RotationReport.Problem problem : report.problems()) {
      if (lines.size() < MOST_LINES) {
        lines.add("e2ee: " + problem.id() + ": " + problem.message());
      }
    }
    long more = report.lastPass().problems() - lines.size();
    lines.addAll(hints.of(report.problems()));
    if (more > 0) {
      lines.add(
          "e2ee: \u2026 and "
              + more
              + " more; --json lists the first "
              + RotationReport.KEPT_PROBLEMS);
    }
    return lines;
  }

  /** Whether no old key is needed by the records of the store, which must have some. */
  boolean isDone() {
    return report.isComplete() && report.lastPass().alreadyMoved() > 0;
  }

  /** For programs. */
  Map<String, Object> json() {
    RotationProgress last = report.lastPass();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("complete", isDone());
    fields.put("moved", report.moved());
    fields.put("passes", last.pass());
    fields.put("seen", last.seen());
    fields.put("alreadyMoved", last.alreadyMoved());
    fields.put("gone", last.gone());
    fields.put("contended", last.contended());
    fields.put("earlierTransactions", report.earlierChanges());
    fields.put("current", report.current());
    fields.put("freed", isDone() ? List.copyOf(report.freed()) : List.of());
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
    if (isDone()) {
      return done
          + "All "
          + last.alreadyMoved()
          + " records are under "
          + keys.freshText()
          + "."
          + assumed()
          + freed();
    }
    return done + "Not complete: " + missing(last);
  }

  /** What the result rests on and was not seen. [rotation-15] */
  private String assumed() {
    return report.earlierChanges() == EarlierChanges.SAID_TO_HAVE_ENDED
        ? "\nThis rests on your --transactions-ended: open transactions of this database cannot be seen."
        : "";
  }

  private String missing(RotationProgress last) {
    if (report.isComplete()) {
      return "there is no record at all. Look whether it is the right place.";
    }
    if (last.problems() > 0) {
      return last.problems() + " stay as they are; settle them, and run it again.";
    }
    return switch (report.earlierChanges()) {
      case UNSEEN ->
          "open transactions of this database cannot be seen, and may hold records under an old key."
              + " No key is called free. End those that were open before this run, and run it again with"
              + " --transactions-ended.";
      case OPEN ->
          "transactions that began before it are open, and may hold records under an old key. End"
              + " them, and run it again.";
      case ENDED, SAID_TO_HAVE_ENDED ->
          "records still came under an old key. Find the writers that seal under it, give them the"
              + " new one, and run it again.";
    };
  }

  private String freed() {
    StringBuilder text = new StringBuilder();
    List<KeyDescription> freed = keys.old(report.freed());
    if (!freed.isEmpty()) {
      text.append(
          "\nNo record here is under an older one. When that is so of every other directory, table, file"
              + " and backup, no writer has them, and all that was sealed under them is stored:");
    }
    for (KeyDescription key : freed) {
      text.append("\n  e2ee key retire ")
          .append(key.name())
          .append(" --generation ")
          .append(key.generation())
          .append(" --yes");
    }
    return text.toString();
  }
}
