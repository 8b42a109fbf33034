package dev.e2ee.testvectors.conformance.report;

import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A report as JUnit XML: a suite for each file and subject, a case for each test; a deviation is a
 * failure, what is unsupported is skipped with its reason.
 */
public final class JUnitReport {
  private final XMLStreamWriter xml;

  private JUnitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /** Writes it. */
  public static void write(Report report, Path file) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(writer);
      new JUnitReport(xml).write(report);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private void write(Report report) throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuites");
    for (ColumnResult column : report.columns()) {
      for (VectorFile file : report.files()) {
        suite(report, column, file);
      }
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void suite(Report report, ColumnResult column, VectorFile file)
      throws XMLStreamException {
    String name = column.column().id() + "." + file.name();
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", name);
    xml.writeAttribute("timestamp", report.created().toString());
    xml.writeAttribute("tests", Integer.toString(file.tests().size()));
    xml.writeAttribute("failures", count(column, file, Outcome.DEVIATING));
    xml.writeAttribute("errors", "0");
    xml.writeAttribute("skipped", count(column, file, Outcome.UNSUPPORTED));
    List<Result> results = column.of(file.name());
    for (int i = 0; i < results.size(); i++) {
      testCase(name, file.tests().get(i), results.get(i));
    }
    xml.writeEndElement();
  }

  private static String count(ColumnResult column, VectorFile file, Outcome outcome) {
    return Long.toString(column.count(file.name(), outcome));
  }

  private void testCase(String suite, TestVector test, Result result) throws XMLStreamException {
    xml.writeCharacters("\n ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", suite);
    xml.writeAttribute("name", text((test.id() + " " + test.comment()).strip()));
    switch (result.outcome()) {
      case PASSED -> {}
      case DEVIATING -> failure(test, result);
      case UNSUPPORTED -> {
        xml.writeStartElement("skipped");
        xml.writeAttribute("message", text(result.seen()));
        xml.writeEndElement();
      }
    }
    xml.writeEndElement();
  }

  private void failure(TestVector test, Result result) throws XMLStreamException {
    xml.writeStartElement("failure");
    xml.writeAttribute(
        "message", text("expected: " + result.expected() + "; seen: " + result.seen()));
    xml.writeCharacters(text("flags: " + String.join(", ", test.flags())));
    xml.writeEndElement();
  }

  /** Without the characters that XML has none for. */
  private static String text(String text) {
    return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "\uFFFD");
  }
}
