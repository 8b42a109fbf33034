package dev.e2ee.testvectors.conformance;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of one subject.
 *
 * @param column what was tried
 * @param providers that made it up: name, version and info of each; none when it did not load
 * @param java that it ran on
 * @param trouble why it did not load, or how its process ended before its time; else null
 * @param results by the name of the file, each as long as the file has tests
 */
public record ColumnResult(
    Column column,
    List<Map<String, String>> providers,
    String java,
    @Nullable String trouble,
    Map<String, List<Result>> results) {
  /** Whether the subject could be tried at all. */
  public boolean loaded() {
    return !providers.isEmpty();
  }

  /** Those of one file, in its order. */
  public List<Result> of(String file) {
    return results.getOrDefault(file, List.of());
  }

  /** How many tests of a file ended so. */
  public long count(String file, Outcome outcome) {
    return of(file).stream().filter(result -> result.outcome() == outcome).count();
  }

  /** How many tests of all files ended so. */
  public long count(Outcome outcome) {
    return results.keySet().stream().mapToLong(file -> count(file, outcome)).sum();
  }
}
