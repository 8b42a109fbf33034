package dev.e2ee.custody.tck.report;

import static dev.e2ee.custody.tck.report.HtmlPage.text;

import dev.e2ee.custody.tck.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report as a page without a program: everything is shown at once. */
final class ReportHtml {
  private static final String TITLE = "Custody report";

  private final CustodyReport report;

  ReportHtml(CustodyReport report) {
    this.report = report;
  }

  String page() throws IOException {
    List<String> body = new ArrayList<>();
    body.add(
        """
        <header class="page">
          <h1>%s: %s</h1>
          <p>%s</p>
          %s
        </header>
        <main>
        """
            .formatted(TITLE, text(report.name()), counts(), partial()));
    body.add(subject());
    body.add(list("Failed", "The back end does otherwise.", Outcome.FAILED));
    body.add(
        list(
            "Declared",
            "Not tried: the fault cannot be produced here, or the store does not offer it.",
            Outcome.DECLARED));
    body.add(notRun());
    body.add(all());
    body.add("</main>");
    return HtmlPage.of(TITLE, String.join("\n", body));
  }

  private String counts() {
    List<String> counts = new ArrayList<>();
    for (Outcome outcome : Outcome.values()) {
      int count = report.count(outcome);
      counts.add(mark(outcome, count == 0, count + " " + outcome.word()));
    }
    return String.join(" ", counts);
  }

  /** A sign and a word, so that nothing depends on colour. */
  private static String mark(Outcome outcome, boolean quiet, String words) {
    String style =
        switch (outcome) {
          case PASSED -> "passed";
          case FAILED -> quiet ? "unsupported" : "deviating";
          case DECLARED -> "unsupported";
        };
    return "<span class=\"n %s\">%s %s</span>".formatted(style, outcome.sign(), text(words));
  }

  private String partial() {
    return report
        .partial()
        .map(sentence -> "<p class=\"problems\">%s</p>".formatted(text(sentence)))
        .orElse("");
  }

  private String notRun() {
    if (report.missing().isEmpty()) {
      return "";
    }
    StringBuilder points = new StringBuilder();
    for (Point point : report.missing()) {
      points.append(
          "<li>%s <span class=\"note\">%s</span></li>\n"
              .formatted(text(point.title()), text(point.id())));
    }
    return """
    <section><h2>Not run</h2><p class="legend">Not asked for, or the run was stopped before.</p>
    <ul>
    %s</ul></section>
    """
        .formatted(points);
  }

  private String subject() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Store", report.address());
    report.info().ifPresent(info -> facts.put("Back end", info.backend()));
    facts.putAll(report.facts());
    facts.put("Class", report.provider());
    facts.put("E2EE", report.run().built());
    facts.put("Java", report.run().java());
    facts.put("System", report.run().system());
    facts.put("Date", report.run().date().toString());
    facts.put("Effort", report.run().effort().toString());
    facts.put("Names of its keys", "begin with " + report.run().names());
    StringBuilder list = new StringBuilder("<dl class=\"facts\">\n");
    facts.forEach(
        (term, value) ->
            list.append("<dt>%s</dt><dd>%s</dd>\n".formatted(text(term), text(value))));
    return list.append("</dl>").toString();
  }

  private String list(String title, String what, Outcome outcome) {
    List<PointResult> results =
        report.results().stream().filter(result -> result.outcome() == outcome).toList();
    if (results.isEmpty()) {
      return "";
    }
    return "<section><h2>%s</h2><p class=\"legend\">%s</p>%s</section>"
        .formatted(text(title), text(what), table(results));
  }

  private String all() {
    Map<String, List<PointResult>> groups = new LinkedHashMap<>();
    for (PointResult result : report.results()) {
      groups.computeIfAbsent(result.point().group(), group -> new ArrayList<>()).add(result);
    }
    StringBuilder sections = new StringBuilder();
    groups.forEach(
        (group, results) ->
            sections.append(
                "<section><h2>%s</h2>%s</section>\n".formatted(text(group), table(results))));
    return sections.toString();
  }

  private static String table(List<PointResult> results) {
    StringBuilder rows = new StringBuilder();
    for (PointResult result : results) {
      rows.append(
          """
          <tr><td data-label="Outcome">%s</td><td data-label="Point">%s \
          <span class="note">%s</span></td><td data-label="Seen">%s</td>\
          <td class="n" data-label="Time">%,d ms</td></tr>
          """
              .formatted(
                  mark(result.outcome(), false, result.outcome().word()),
                  text(result.point().title()),
                  text(result.point().id()),
                  text(result.detail()),
                  result.took().toMillis()));
    }
    return """
    <div class="scroll fits"><table class="list">
    <thead><tr><th>Outcome</th><th>Point</th><th>Seen</th><th>Time</th></tr></thead>
    <tbody>
    %s</tbody></table></div>
    """
        .formatted(rows);
  }
}
