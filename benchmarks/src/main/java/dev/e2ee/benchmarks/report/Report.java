package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.result.Failure;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what was measured as Markdown and SVG. */
public final class Report {
  private static final String HEAD =
      """
      # Results

      Written by `benchmarks/run` from [jmh.json](jmh.json), [process.json](process.json),
      [token.json](token.json) and [rotation.json](rotation.json); not by hand. [../README.md](../README.md) says what is
      measured and how. A number is the median of the rounds; in brackets are the least and the most.

      """;

  private final Results results;

  /** Of these results. */
  public Report(Results results) {
    this.results = results;
  }

  /** Writes {@code README.md} and the charts into a directory. */
  public void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Charts charts = new Charts(results);
    Map<String, String> warm = charts.warm();
    Map<String, String> processes = charts.processes();
    Map<String, String> tokens = charts.tokens();
    for (Map<String, String> some : List.of(warm, processes, tokens)) {
      for (Map.Entry<String, String> chart : some.entrySet()) {
        Files.writeString(directory.resolve(chart.getKey()), chart.getValue());
      }
    }
    Files.writeString(directory.resolve("README.md"), markdown(warm, processes, tokens));
  }

  private String markdown(
      Map<String, String> warm, Map<String, String> processes, Map<String, String> tokens) {
    StringBuilder text = new StringBuilder(HEAD).append(new TargetSection(results));
    appendRun(text, "Warm JVMs", results.jmh(), warm, new WarmSection(results).toString());
    appendRun(
        text,
        "Whole processes",
        results.processes(),
        processes,
        new ProcessSection(results).toString());
    appendRun(
        text, "Keys in a token", results.tokens(), tokens, new TokenSection(results).toString());
    appendRun(
        text, "Rotations", results.rotations(), Map.of(), new RotationSection(results).toString());
    return text.toString().stripTrailing() + "\n";
  }

  private static void appendRun(
      StringBuilder text,
      String heading,
      Optional<Run> run,
      Map<String, String> charts,
      String section) {
    if (run.isEmpty()) {
      return;
    }
    text.append("## ").append(heading).append("\n\n");
    charts
        .keySet()
        .forEach(name -> text.append("![%s](%s)%n%n".formatted(name.replace(".svg", ""), name)));
    text.append(section);
    appendFailures(text, run.get().failures());
    appendFacts(text, run.get());
  }

  private static void appendFailures(StringBuilder text, List<Failure> failures) {
    if (failures.isEmpty()) {
      return;
    }
    text.append("### What could not be measured\n\n");
    failures.forEach(
        failure ->
            text.append("* %s: `%s`%n".formatted(failure.cell().describe(), failure.reason())));
    text.append('\n');
  }

  private static void appendFacts(StringBuilder text, Run run) {
    Table table = new Table(List.of("What", ""));
    table.row(List.of("Date", run.date()));
    for (Map<String, String> facts : List.of(run.machine(), run.versions(), run.settings())) {
      facts.forEach((name, value) -> table.row(List.of(name, value)));
    }
    text.append("### Machine, versions, settings\n\n").append(table).append('\n');
  }
}
