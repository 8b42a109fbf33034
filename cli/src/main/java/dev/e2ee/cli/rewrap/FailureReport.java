package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.Diagnosis;
import dev.e2ee.cli.io.Steps;
import java.nio.file.Path;
import javax.crypto.AEADBadTagException;

/** Tells a person about the files of a tree that failed: the first ones, and how many more. */
final class FailureReport {
  private static final int MOST_LINES = 10;

  private final Tally tally;
  private final Steps steps;
  private int failures;
  private boolean hinted;

  FailureReport(Tally tally, Steps steps) {
    this.tally = tally;
    this.steps = steps;
  }

  /**
   * One file failed.
   *
   * @param id the record's id that was tried; empty when the path did not give it
   */
  void fail(Path file, Exception error, String id) {
    Diagnosis why = Diagnosis.of(error);
    tally.fail(file, why);
    failures++;
    if (failures > MOST_LINES) {
      return;
    }
    steps.tell("e2ee: " + why.about(file.toString()));
    // The subclasses tell of other faults than a context that may be wrong.
    if (!hinted && error.getClass() == AEADBadTagException.class) {
      hinted = true;
      steps.tell("  " + (id.isEmpty() ? "" : "The id that was tried: " + id + ". ") + why.advice());
    }
  }

  /** All files were looked at. */
  void end() {
    if (failures > MOST_LINES) {
      steps.tell("e2ee: \u2026 and " + (failures - MOST_LINES) + " more; --json lists all");
    }
  }
}
