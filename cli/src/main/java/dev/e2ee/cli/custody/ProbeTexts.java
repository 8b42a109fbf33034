package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.FindingText;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.ProbeReport;
import dev.e2ee.spi.probe.Section;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a probe found, for people and as JSON. */
final class ProbeTexts {
  private final ProbeReport report;

  ProbeTexts(ProbeReport report) {
    this.report = report;
  }

  Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("location", report.location());
    fields.put("healthy", report.healthy());
    fields.put("stopped", report.stopped().orElse(null));
    Map<String, Object> sections = new LinkedHashMap<>();
    for (Section section : report.sections()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      section.facts().forEach(fact -> facts.put(fact.name(), fact.value()));
      sections.put(section.title(), facts);
    }
    fields.put("sections", sections);
    fields.put("findings", report.findings().stream().map(ProbeTexts::json).toList());
    return fields;
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("level", finding.level());
    fields.put("topic", finding.topic());
    fields.put("text", finding.text());
    fields.put("remedy", finding.remedy());
    return fields;
  }

  String text() {
    StringBuilder text = new StringBuilder(report.location()).append('\n');
    for (Section section : report.sections()) {
      if (!section.facts().isEmpty()) {
        text.append('\n').append(heading(section.title())).append('\n');
        int width = section.facts().stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
        for (Section.Fact fact : section.facts()) {
          text.append(
                  ("  %-" + width + "s  %s").formatted(fact.name(), fact.value()).stripTrailing())
              .append('\n');
        }
      }
    }
    text.append("\nFindings\n").append(FindingText.of(report.findings()).indent(2));
    return text.toString().stripTrailing();
  }

  private static String heading(String title) {
    return title.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + title.substring(1);
  }
}
