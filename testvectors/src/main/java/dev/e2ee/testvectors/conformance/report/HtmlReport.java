package dev.e2ee.testvectors.conformance.report;

import static java.nio.charset.StandardCharsets.UTF_8;

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
  private static final String DATA = "/* the report's data */";

  private HtmlReport() {}

  /** Writes it. */
  public static void write(Report report, Path file) throws IOException {
    String page;
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.html")) {
      page = new String(Objects.requireNonNull(in, "report.html").readAllBytes(), UTF_8);
    }
    // Inside a script element "</" would end it.
    String data = JsonReport.of(report).toString().replace("<", "\\u003c");
    Files.writeString(file, page.replace(DATA, data));
  }
}
