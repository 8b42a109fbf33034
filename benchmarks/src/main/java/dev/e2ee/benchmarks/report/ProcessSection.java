package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.util.List;
import java.util.function.DoubleFunction;

/** Whole processes: files, then the first record of a fresh JVM. */
final class ProcessSection {
  private static final List<String> FILE_HEADINGS =
      List.of(
          "Program", "Runs on", "Seal", "Open", "CPU seal", "CPU open", "Peak seal", "Peak open");

  private final Results results;

  ProcessSection(Results results) {
    this.results = results;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    appendFiles(text, Task.FILE_SEAL, Task.FILE_OPEN, "");
    appendFiles(text, Task.SOAK_SEAL, Task.SOAK_OPEN, ", heap of 64 MiB");
    appendFirstSeal(text);
    return text.toString();
  }

  private void appendFiles(StringBuilder text, Task sealing, Task opening, String how) {
    for (String place : Order.places(results, sealing)) {
      for (long size : Order.sizes(results, sealing)) {
        Table table = new Table(FILE_HEADINGS);
        Order.cells(results, sealing, c -> c.place().equals(place) && c.size() == size)
            .forEach(seal -> table.row(fileRow(seal, opening)));
        text.append(
            "### A file of %s on %s%s%n%n%s%n".formatted(Units.bytes(size), place, how, table));
      }
    }
  }

  private List<String> fileRow(Cell seal, Task opening) {
    Cell open = Cell.ofFile(seal.jdk(), opening, seal.subject(), seal.size(), seal.place());
    return List.of(
        seal.subject(),
        runsOn(seal),
        value(seal, Metric.SECONDS, Units::seconds),
        value(open, Metric.SECONDS, Units::seconds),
        median(seal, Metric.CPU_SECONDS, Units::seconds),
        median(open, Metric.CPU_SECONDS, Units::seconds),
        median(seal, Metric.PEAK_KIB, kib -> Units.bytes(kib * 1024)),
        median(open, Metric.PEAK_KIB, kib -> Units.bytes(kib * 1024)));
  }

  private void appendFirstSeal(StringBuilder text) {
    List<Cell> cells = Order.cells(results, Task.FIRST_SEAL, cell -> true);
    if (cells.isEmpty()) {
      return;
    }
    Table table = new Table(List.of("Implementation", "Runs on", "Whole process", "From main on"));
    for (Cell cell : cells) {
      Cell inside = Cell.of(cell.jdk(), Task.FIRST_SEAL_INSIDE, cell.subject(), cell.size());
      table.row(
          List.of(
              cell.subject(),
              runsOn(cell),
              value(cell, Metric.SECONDS, Units::seconds),
              value(inside, Metric.SECONDS, Units::seconds)));
    }
    text.append("### A fresh JVM that seals 1 KiB and ends%n%n%s%n".formatted(table));
  }

  private static String runsOn(Cell cell) {
    return cell.jdk().equals(Cell.NATIVE) ? "native" : "JDK " + cell.jdk();
  }

  private String value(Cell cell, Metric metric, DoubleFunction<String> unit) {
    return results
        .find(cell, metric)
        .map(found -> Cells.spread(found.spread(), unit))
        .orElseGet(() -> Cells.missing(results, cell));
  }

  private String median(Cell cell, Metric metric, DoubleFunction<String> unit) {
    return results.find(cell, metric).map(found -> unit.apply(found.spread().median())).orElse("");
  }
}
