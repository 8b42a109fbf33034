package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.implementation.Implementation;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What is measured in which round, and in which order. What is compared with each other runs one
 * after the other, in an order that changes from round to round.
 *
 * @param jdks the releases
 * @param subjects the ids of the implementations
 * @param sizes bytes of plaintext
 * @param threads numbers of threads
 * @param rounds how many rounds there are
 * @param completeRounds how many of them measure everything; the rest only what a target needs
 */
record Plan(
    List<String> jdks,
    List<String> subjects,
    List<Integer> sizes,
    List<Integer> threads,
    int rounds,
    int completeRounds) {
  private static final int LARGEST = Collections.max(Targets.SIZES);

  /** Says how much of a missed target is ours; measured wherever a target needs the other one. */
  private static final String CEILING = Implementation.JDK_CHUNKS.id();

  /** Those that write into a buffer. */
  private static final Set<String> BUFFERED = Set.of(Implementation.E2EE_CIPHER.id(), CEILING);

  /** The cells of a round, in their order. */
  List<Cell> round(int round) {
    List<Cell> cells = new ArrayList<>();
    Random random = new Random(round);
    for (String jdk : jdks) {
      for (int size : sizes) {
        if (size == LARGEST) {
          cells.add(Cell.of(jdk, Task.OPENSSL_SPEED, "openssl", Targets.OPENSSL_BLOCK));
        }
        for (Task task : tasks(size)) {
          List<String> order = new ArrayList<>(subjects);
          Collections.shuffle(order, random);
          order.forEach(subject -> addThreads(cells, Cell.of(jdk, task, subject, size)));
        }
      }
    }
    if (round > completeRounds) {
      Set<Cell> needed = new LinkedHashSet<>(Targets.warmCells());
      cells.removeIf(cell -> !needed.contains(cell) && !cell.subject().equals(CEILING));
    }
    return cells;
  }

  private static List<Task> tasks(int size) {
    return size == LARGEST
        ? List.of(Task.SEAL, Task.OPEN, Task.SEAL_INTO, Task.OPEN_INTO)
        : List.of(Task.SEAL, Task.OPEN);
  }

  private void addThreads(List<Cell> cells, Cell cell) {
    boolean into = cell.task() == Task.SEAL_INTO || cell.task() == Task.OPEN_INTO;
    if (!into && !cell.subject().equals(CEILING)) {
      threads.forEach(number -> cells.add(cell.withThreads(number)));
    } else if (into && BUFFERED.contains(cell.subject()) && threads.contains(1)) {
      cells.add(cell);
    }
  }
}
