package dev.e2ee.benchmarks.goal;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.util.List;

/**
 * A large file is sealed and opened in a small heap, wherever it lies; that it ends well is all
 * that counts.
 *
 * @param jdk the release
 * @param least the length of the file in bytes, or more
 */
public record SoakTarget(String jdk, long least) implements Target {
  @Override
  public String what() {
    return Units.bytes(least) + " sealed and opened with -Xmx64m";
  }

  @Override
  public String required() {
    return "done";
  }

  @Override
  public List<Cell> cells() {
    return List.of();
  }

  @Override
  public Judgement judge(Results results) {
    List<Cell> tried =
        results.cells(Task.SOAK_SEAL, Task.SOAK_OPEN).stream()
            .filter(cell -> cell.jdk().equals(jdk) && cell.size() >= least)
            .toList();
    if (tried.isEmpty()) {
      return Judgement.notMeasured("");
    }
    boolean failed = tried.stream().anyMatch(cell -> results.failure(cell).isPresent());
    return failed ? Judgement.failed("failed") : Judgement.done();
  }
}
