package dev.e2ee.testvectors.hostile;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.custody.tck.report.HtmlPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a hostile server has tried, and what came of it.
 *
 * @param results of the attacks, each with its words
 * @param notThere of each part, the rows of the list of threats that it is not tried by, and why
 * @param elsewhere rows that no attack names, and why
 */
record HostileReport(
    List<Map<String, Object>> results,
    Map<String, Map<Integer, String>> notThere,
    Map<Integer, String> elsewhere) {
  /** How an attack ended. */
  enum Result {
    STOPPED("stopped"),
    LIMIT("documented limit"),
    FAILED("NOTHING STOPPED IT");

    private final String words;

    Result(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  void write(Path folder) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("attacks", results);
    all.put("notThere", notThere);
    all.put("elsewhere", new TreeMap<>(elsewhere));
    Files.write(
        folder.resolve("report.json"),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
    Files.writeString(folder.resolve("report.html"), HtmlPage.of("Hostile server", body()));
  }

  private String body() {
    String numbers =
        Arrays.stream(Result.values())
            .map(
                result ->
                    results.stream().filter(one -> one.get("result").equals(result.words())).count()
                        + " "
                        + result.words())
            .collect(Collectors.joining(", "));
    return "<h1>Hostile server</h1>\n<p>"
        + results.size()
        + " attacks: "
        + numbers
        + ". The numbers of threats are those of the project's list.</p>\n"
        + table(
            List.of("Threat", "On", "Attack", "Result", "Stopped by, or what the limit is"),
            results.stream()
                .map(
                    one ->
                        Stream.of("threats", "about", "attack", "result", "by")
                            .map(name -> String.valueOf(one.getOrDefault(name, "")))
                            .toList()))
        + "<h2>Threats that a server cannot try there</h2>\n"
        + table(
            List.of("Threat", "On", "Why"),
            notThere.entrySet().stream()
                .flatMap(
                    part ->
                        part.getValue().entrySet().stream()
                            .map(row -> List.of("" + row.getKey(), part.getKey(), row.getValue()))))
        + "<h2>Threats that are no server's, or are tried elsewhere</h2>\n"
        + table(
            List.of("Threat", "Why"),
            new TreeMap<>(elsewhere)
                .entrySet().stream().map(row -> List.of("" + row.getKey(), row.getValue())));
  }

  private static String table(List<String> head, Stream<List<String>> rows) {
    return "<table>\n"
        + row("th", head)
        + rows.map(row -> row("td", row)).collect(Collectors.joining())
        + "</table>\n";
  }

  private static String row(String cell, List<String> texts) {
    return texts.stream()
        .map(text -> "<" + cell + ">" + HtmlPage.text(text) + "</" + cell + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }
}
