package dev.e2ee.benchmarks.result;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the numbers of a run, and saves them whenever a round is complete. */
public final class Recorder {
  private record Key(Cell cell, Metric metric) {}

  private final RunFile file;
  private final Map<String, String> machine;
  private final Map<String, String> versions;
  private final Map<String, String> settings;
  private final String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  private final Map<Key, Series> series = new LinkedHashMap<>();
  private final Map<Cell, Failure> failures = new LinkedHashMap<>();

  /** For a run that begins now. */
  public Recorder(
      RunFile file,
      Map<String, String> machine,
      Map<String, String> versions,
      Map<String, String> settings) {
    this.file = file;
    this.machine = machine;
    this.versions = versions;
    this.settings = settings;
  }

  /** One number of one round. */
  public void record(int round, Cell cell, Metric metric, double value) {
    series
        .computeIfAbsent(new Key(cell, metric), k -> new Series(cell, metric, new TreeMap<>()))
        .rounds()
        .put(round, value);
  }

  /** A cell that could not be measured; it is not tried again. */
  public void fail(Cell cell, String reason) {
    failures.put(cell, new Failure(cell, reason));
  }

  /** Whether it could not be measured in an earlier round. */
  public boolean hasFailed(Cell cell) {
    return failures.containsKey(cell);
  }

  /** Writes what there is into the file. */
  public void save() throws IOException {
    file.write(
        new Run(
            date,
            machine,
            versions,
            settings,
            List.copyOf(failures.values()),
            new ArrayList<>(series.values())));
  }
}
