package dev.e2ee.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class RecorderTest {
  private static final Cell CELL = Cell.of("17", Task.SEAL, "e2ee", 1024);
  private static final Cell OTHER = Cell.ofFile("25", Task.FILE_OPEN, "e2ee", 1L << 30, "tmpfs");

  @TempDir Path directory;

  private Recorder recorder() {
    return new Recorder(
        RunFile.ofJmh(directory),
        Map.of("CPU", "a \"fast\" one"),
        Map.of("Tink", "1"),
        Map.of("Rounds", "2"));
  }

  @Test
  void whatIsSavedIsRead() throws IOException {
    Recorder recorder = recorder();
    recorder.record(1, CELL, Metric.OPERATIONS_PER_SECOND, 1.5);
    recorder.record(2, CELL, Metric.OPERATIONS_PER_SECOND, 2.5);
    recorder.fail(OTHER, "java.lang.OutOfMemoryError: Java heap space");
    assertFalse(recorder.hasFailed(CELL));
    assertTrue(recorder.hasFailed(OTHER));
    recorder.save();

    Results results = Results.read(directory);
    assertEquals(
        Optional.of(
            new Series(CELL, Metric.OPERATIONS_PER_SECOND, new TreeMap<>(Map.of(1, 1.5, 2, 2.5)))),
        results.speed(CELL));
    assertEquals(
        Optional.of("java.lang.OutOfMemoryError: Java heap space"), results.failure(OTHER));
    assertEquals(Optional.of("a \"fast\" one"), results.jmh().map(run -> run.machine().get("CPU")));
    assertEquals(Optional.empty(), results.processes());
    assertEquals(List.of("17"), results.jdks(Task.SEAL));
  }

  @Test
  void aRunReplacesTheOneBefore() throws IOException {
    Recorder old = recorder();
    old.record(1, CELL, Metric.BYTES_ALLOCATED, 4000);
    old.save();
    recorder().save();
    assertEquals(0, Results.read(directory).series().count());
  }

  @Test
  void aSeriesIsOneLine() throws IOException {
    Recorder recorder = recorder();
    recorder.record(1, CELL, Metric.BYTES_ALLOCATED, 4000);
    recorder.save();
    assertTrue(
        Files.readAllLines(directory.resolve("jmh.json")).stream()
            .anyMatch(line -> line.endsWith("\"rounds\":{\"1\":4000.0}}")));
  }
}
