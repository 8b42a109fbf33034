package dev.e2ee.testvectors.conformance.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.custody.tck.report.HtmlPage;
import dev.e2ee.testvectors.conformance.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A report as one page that needs nothing else: style, program and data are inside, and it asks for
 * nothing from anywhere.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /** Writes it. */
  public static void write(Report report, Path file) throws IOException {
    String program = resource("report.js") + resource("overview.js") + resource("vectors.js");
    String page =
        HtmlPage.of(
            "Conformance report",
            resource("report.css"),
            resource("report.html"),
            program,
            JsonReport.of(report).toString());
    Files.writeString(file, page);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    }
  }
}
