package dev.e2ee.custody.tck.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.e2ee.custody.tck.Effort;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.Point;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** A report as files: {@code custody.json} for programs, {@code index.html} for people. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes both into a directory, which is made where it is not there. Whoever stops the run
   * meanwhile has those of before.
   */
  public static void write(CustodyReport report, Path directory) throws IOException {
    Files.createDirectories(directory);
    put(directory.resolve("custody.json"), json(report));
    put(directory.resolve("index.html"), new ReportHtml(report).page());
  }

  private static void put(Path file, String text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String json(CustodyReport report) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
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
      writeRun(json, report.run());
      json.writeNumberField("allPoints", report.points().size());
      json.writeArrayFieldStart("notRun");
      for (Point point : report.missing()) {
        json.writeString(point.id());
      }
      json.writeEndArray();
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
    return text.toString();
  }

  private static void writeRun(JsonGenerator json, Run run) throws IOException {
    json.writeStringField("version", run.version());
    if (run.commit().isPresent()) {
      json.writeStringField("commit", run.commit().get());
    }
    json.writeStringField("java", run.java());
    json.writeStringField("system", run.system());
    json.writeStringField("date", run.date().toString());
    json.writeStringField("keyNamesBegin", run.names());
    writeEffort(json, run.effort());
  }

  private static void writeEffort(JsonGenerator json, Effort effort) throws IOException {
    json.writeObjectFieldStart("effort");
    json.writeStringField("name", effort.name());
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
