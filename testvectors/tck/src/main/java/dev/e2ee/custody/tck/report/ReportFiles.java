package dev.e2ee.custody.tck.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.e2ee.custody.tck.Effort;
import dev.e2ee.custody.tck.Fault;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A report as files: {@code custody.json} for programs, {@code index.html} for people. */
public final class ReportFiles {
  private ReportFiles() {}

  /** Writes both into a directory, which is made where it is not there. */
  public static void write(CustodyReport report, Path directory) throws IOException {
    Files.createDirectories(directory);
    writeJson(report, directory.resolve("custody.json"));
    Files.writeString(directory.resolve("index.html"), new ReportHtml(report).page());
  }

  private static void writeJson(CustodyReport report, Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file);
        JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("name", report.name());
      json.writeStringField("provider", report.provider());
      json.writeStringField("address", report.address());
      if (report.info().isPresent()) {
        json.writeStringField("backend", report.info().get().backend());
      }
      json.writeObjectFieldStart("facts");
      for (Map.Entry<String, String> fact : report.facts().entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeEndObject();
      json.writeStringField("java", report.java());
      json.writeStringField("system", report.system());
      json.writeStringField("date", report.date().toString());
      writeEffort(json, report.effort());
      for (Outcome outcome : Outcome.values()) {
        json.writeNumberField(outcome.word(), report.count(outcome));
      }
      json.writeArrayFieldStart("points");
      for (PointResult result : report.results()) {
        writePoint(json, result);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void writeEffort(JsonGenerator json, Effort effort) throws IOException {
    json.writeObjectFieldStart("effort");
    json.writeNumberField("losses", effort.losses());
    json.writeNumberField("freezes", effort.freezes());
    json.writeNumberField("closings", effort.closings());
    json.writeNumberField("operations", effort.operations());
    json.writeNumberField("races", effort.races());
    json.writeNumberField("kills", effort.kills());
    json.writeNumberField("wrongTries", effort.wrongTries());
    json.writeEndObject();
  }

  private static void writePoint(JsonGenerator json, PointResult result) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", result.point().id());
    json.writeStringField("group", result.point().group());
    json.writeStringField("title", result.point().title());
    json.writeArrayFieldStart("needs");
    for (String need : needs(result)) {
      json.writeString(need);
    }
    json.writeEndArray();
    json.writeStringField("outcome", result.outcome().word());
    json.writeStringField("detail", result.detail());
    json.writeNumberField("millis", result.took().toMillis());
    json.writeEndObject();
  }

  private static List<String> needs(PointResult result) {
    return result.point().needs().stream().map(Fault::name).sorted().toList();
  }
}
