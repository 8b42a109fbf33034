package dev.e2ee.testvectors.conformance;

import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.time.Instant;
import java.util.List;

/**
 * A run over some files and subjects.
 *
 * @param created when it ended
 * @param system that it ran on
 * @param files that were tried
 * @param columns one for each subject
 */
public record Report(
    Instant created, String system, List<VectorFile> files, List<ColumnResult> columns) {
  /** How many tests deviated, over all subjects. */
  public long deviations() {
    return columns.stream().mapToLong(column -> column.count(Outcome.DEVIATING)).sum();
  }
}
