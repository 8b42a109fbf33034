package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.Diagnosis;
import dev.e2ee.cli.io.Exit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of the files of one run. */
public final class Tally {
  private final boolean dryRun;
  private final List<Map<String, Object>> failures = new ArrayList<>();
  private int rewrapped;
  private int current;
  private int others;

  Tally(boolean dryRun) {
    this.dryRun = dryRun;
  }

  void count(Rewrapper.Outcome outcome) {
    switch (outcome) {
      case REWRAPPED -> rewrapped++;
      case CURRENT -> current++;
    }
  }

  void others(int files) {
    others = files;
  }

  void fail(Path file, Diagnosis why) {
    failures.add(Map.of("file", file, "error", why.what(), "code", why.exit().code()));
  }

  /** OK, or PARTLY when a file failed. */
  public Exit exit() {
    return failures.isEmpty() ? Exit.OK : Exit.PARTLY;
  }

  /** For programs. */
  public Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("dryRun", dryRun);
    fields.put("rewrapped", rewrapped);
    fields.put("alreadyCurrent", current);
    fields.put("notEnvelopes", others);
    fields.put("failed", failures);
    return fields;
  }

  /** For people. */
  public String text() {
    return (dryRun ? "Would re-wrap " : "Re-wrapped ")
        + rewrapped
        + ", already current "
        + current
        + ", failed "
        + failures.size()
        + (others == 0 ? "" : ", not envelopes " + others)
        + (failures.isEmpty()
            ? "."
            : ". What failed was left as it was; run it again when that is repaired.")
        + (dryRun || rewrapped == 0
            ? ""
            : " The chunks of long files were not read; --dry-run reads them, and tells what is cut"
                + " or altered.");
  }
}
