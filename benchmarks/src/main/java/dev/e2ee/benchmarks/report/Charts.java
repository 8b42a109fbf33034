package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.chart.BarChart;
import dev.e2ee.benchmarks.chart.LineChart;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The charts of the results, by the names of their files, which stay the same. */
final class Charts {
  private static final long SMALL = 1024;

  private final Results results;

  Charts(Results results) {
    this.results = results;
  }

  /** Of warm JVMs: file name to SVG. */
  Map<String, String> warm() {
    Map<String, String> charts = new LinkedHashMap<>();
    Predicate<Cell> small = cell -> cell.size() == SMALL && cell.threads() == 1;
    for (Task task : List.of(Task.SEAL, Task.OPEN)) {
      BarChart chart =
          new BarChart("1 KiB, one thread: " + task.text() + ", operations/s", Units::perSecond);
      addBars(chart, task, small, task.speed());
      put(charts, task.text() + "-1-kib.svg", chart);
    }
    BarChart allocation = new BarChart("1 KiB: bytes allocated by seal", Units::bytes);
    addBars(allocation, Task.SEAL, small, Metric.BYTES_ALLOCATED);
    put(charts, "allocation-1-kib.svg", allocation);
    for (String jdk : results.jdks(Task.SEAL, Task.OPEN)) {
      putLines(charts, jdk, Task.SEAL);
      putLines(charts, jdk, Task.OPEN);
    }
    return charts;
  }

  /** Of whole processes. */
  Map<String, String> processes() {
    Map<String, String> charts = new LinkedHashMap<>();
    for (String place : Order.places(results, Task.FILE_SEAL)) {
      for (long size : Order.sizes(results, Task.FILE_SEAL)) {
        Predicate<Cell> here = cell -> cell.place().equals(place) && cell.size() == size;
        for (Task task : List.of(Task.FILE_SEAL, Task.FILE_OPEN)) {
          String done = task == Task.FILE_SEAL ? "seal" : "open";
          BarChart files =
              new BarChart(
                  "A file of " + Units.bytes(size) + " on " + place + ": " + done, Units::seconds);
          addBars(files, task, here, Metric.SECONDS);
          put(
              charts,
              (task == Task.FILE_SEAL ? "file-seal-" : "file-open-") + place + ".svg",
              files);
        }
      }
    }
    BarChart first = new BarChart("Fresh JVM: seal 1 KiB and end", Units::seconds);
    addBars(first, Task.FIRST_SEAL, cell -> true, Metric.SECONDS);
    put(charts, "first-seal.svg", first);
    return charts;
  }

  /** Of work in tokens. */
  Map<String, String> tokens() {
    Map<String, String> charts = new LinkedHashMap<>();
    for (int threads : Order.threads(results, Task.TOKEN_WRAP)) {
      String with = threads == 1 ? "one thread" : threads + " threads";
      BarChart chart =
          new BarChart("A DEK wrapped in a token, " + with + ", operations/s", Units::perSecond);
      addBars(
          chart, Task.TOKEN_WRAP, cell -> cell.threads() == threads, Metric.OPERATIONS_PER_SECOND);
      put(charts, "token-wrap-" + threads + ".svg", chart);
    }
    return charts;
  }

  private void addBars(BarChart chart, Task task, Predicate<Cell> fits, Metric metric) {
    for (Cell cell : Order.cells(results, task, fits)) {
      String series = cell.jdk().equals(Cell.NATIVE) ? "native" : "JDK " + cell.jdk();
      results
          .find(cell, metric)
          .ifPresent(found -> chart.add(cell.subject(), series, found.spread()));
    }
  }

  private static void put(Map<String, String> charts, String name, BarChart chart) {
    if (!chart.isEmpty()) {
      charts.put(name, chart.toString());
    }
  }

  private void putLines(Map<String, String> charts, String jdk, Task task) {
    LineChart chart = new LineChart("JDK " + jdk + ", one thread: " + task.text() + ", by size");
    for (Cell cell : Order.cells(results, task, c -> c.jdk().equals(jdk) && c.threads() == 1)) {
      results
          .speed(cell)
          .ifPresent(found -> chart.add(cell.subject(), cell.size(), found.speed().median()));
    }
    if (!chart.isEmpty()) {
      charts.put(task.text() + "-by-size-jdk" + jdk + ".svg", chart.toString());
    }
  }
}
