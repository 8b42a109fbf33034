package dev.e2ee.benchmarks.result;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The current numbers of all harnesses.
 *
 * @param jmh of warm JVMs
 * @param processes of whole processes
 * @param tokens of work in tokens
 * @param rotations of records that are moved to another key
 */
public record Results(
    Optional<Run> jmh, Optional<Run> processes, Optional<Run> tokens, Optional<Run> rotations) {
  /** Those in a directory. */
  public static Results read(Path directory) throws IOException {
    return new Results(
        RunFile.ofJmh(directory).read(),
        RunFile.ofProcesses(directory).read(),
        RunFile.ofTokens(directory).read(),
        RunFile.ofRotations(directory).read());
  }

  private Stream<Run> runs() {
    return Stream.of(jmh, processes, tokens, rotations).flatMap(Optional::stream);
  }

  /** What was measured of a cell. */
  public Optional<Series> find(Cell cell, Metric metric) {
    return series().filter(s -> s.cell().equals(cell) && s.metric() == metric).findFirst();
  }

  /** How fast a cell was. */
  public Optional<Series> speed(Cell cell) {
    return find(cell, cell.task().speed());
  }

  /** Why a cell could not be measured, if so. */
  public Optional<String> failure(Cell cell) {
    return failures().stream().filter(f -> f.cell().equals(cell)).map(Failure::reason).findFirst();
  }

  /** All that could not be measured. */
  public List<Failure> failures() {
    return runs().flatMap(run -> run.failures().stream()).toList();
  }

  /** All that was measured. */
  public Stream<Series> series() {
    return runs().flatMap(run -> run.series().stream());
  }

  /** The cells of these tasks, measured or failed. */
  public List<Cell> cells(Task... tasks) {
    List<Task> wanted = Arrays.asList(tasks);
    return Stream.concat(series().map(Series::cell), failures().stream().map(Failure::cell))
        .filter(cell -> wanted.contains(cell.task()))
        .distinct()
        .toList();
  }

  /** The JDKs of these tasks, oldest first; native programs have none. */
  public List<String> jdks(Task... tasks) {
    TreeSet<String> jdks = new TreeSet<>();
    cells(tasks).stream().map(Cell::jdk).filter(jdk -> !jdk.equals(Cell.NATIVE)).forEach(jdks::add);
    return List.copyOf(jdks);
  }
}
