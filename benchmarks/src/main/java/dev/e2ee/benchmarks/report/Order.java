package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Task;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** The order in which tables and charts show what was measured in a shuffled one. */
final class Order {
  private static final List<String> SUBJECTS =
      List.of(
          "e2ee",
          "e2ee-cipher",
          "e2ee-passphrase",
          "e2ee-accp",
          "e2ee-conscrypt",
          "e2ee-bc-fips",
          "floor",
          "jdk-chunks",
          "tink",
          "aws",
          "age",
          "openssl-enc-ctr",
          "cipher-stream",
          "cipher-whole",
          "rotation",
          "rewrap",
          "dek-wrap",
          "c",
          "sunpkcs11");

  private static final Comparator<Cell> COMPARATOR =
      Comparator.comparingInt((Cell cell) -> SUBJECTS.indexOf(cell.subject()))
          .thenComparing(Cell::jdk)
          .thenComparing(Cell::threads);

  private Order() {}

  /** The cells of a task that fit, ours first, then by JDK. */
  static List<Cell> cells(Results results, Task task, Predicate<Cell> fits) {
    return results.cells(task).stream().filter(fits).sorted(COMPARATOR).toList();
  }

  /** The subjects of a task whose cells fit. */
  static List<String> subjects(Results results, Task task, Predicate<Cell> fits) {
    return cells(results, task, fits).stream().map(Cell::subject).distinct().toList();
  }

  /** The sizes that a task was tried at, smallest first. */
  static List<Long> sizes(Results results, Task task) {
    return results.cells(task).stream().map(Cell::size).distinct().sorted().toList();
  }

  /** The numbers of threads that a task was tried with, fewest first. */
  static List<Integer> threads(Results results, Task task) {
    return results.cells(task).stream().map(Cell::threads).distinct().sorted().toList();
  }

  /** The kinds of file system that a task was tried on. */
  static List<String> places(Results results, Task task) {
    return results.cells(task).stream().map(Cell::place).distinct().sorted().toList();
  }
}
