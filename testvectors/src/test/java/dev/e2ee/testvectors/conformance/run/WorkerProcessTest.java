package dev.e2ee.testvectors.conformance.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.testvectors.conformance.Column;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.report.JUnitReport;
import dev.e2ee.testvectors.conformance.report.JsonReport;
import dev.e2ee.testvectors.conformance.vector.Catalogue;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** A subject that is wrong, that does not load, or that ends its process. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class WorkerProcessTest {
  private static final String FILE = "hmac_sha256_test.json";

  @TempDir Path folder;

  private static Report run(Column... columns) throws Exception {
    List<Catalogue.Entry> files =
        Catalogue.all().stream()
            .filter(entry -> List.of(FILE, "aes_wrap_test.json").contains(entry.name()))
            .toList();
    return Conformance.over(files, false).run(List.of(columns), (column, file) -> {});
  }

  private static Column broken(String... options) {
    return new Column(
        "broken", "Broken", HaltingProvider.class.getName(), List.of(), List.of(options));
  }

  @Test
  void aHaltingProviderIsFoundOut() throws Exception {
    ColumnResult column = run(broken()).columns().get(0);
    assertNull(column.trouble());
    // The 66 valid ones, and two whose wrong tag is one byte repeated, as this provider's are.
    assertEquals(68, column.count(FILE, Outcome.DEVIATING));
    assertEquals(106, column.count(FILE, Outcome.PASSED));
    assertEquals(165, column.count("aes_wrap_test.json", Outcome.UNSUPPORTED));
    Result first = column.of(FILE).get(0);
    assertTrue(first.expected().startsWith("tag b175b57d"), first.toString());
    assertTrue(first.seen().startsWith("accepted, with tag 0000"), first.toString());
  }

  @Test
  void aProcessThatEndsIsADeviationOfWhatItDidNotAnswer() throws Exception {
    Report report = run(broken("-D" + HaltingProvider.HALT + "=100"));
    ColumnResult column = report.columns().get(0);
    assertTrue(String.valueOf(column.trouble()).contains("ended with 134"), column.trouble());
    long unanswered = column.of(FILE).stream().filter(r -> r.seen().startsWith("none: ")).count();
    assertEquals(174 - 99, unanswered);
    assertTrue(report.deviations() >= unanswered);
    assertEquals(174, column.of(FILE).size());
  }

  @Test
  void oneThatDoesNotLoadIsToldAndCountsAsUnsupported() throws Exception {
    Report report = run(new Column("no", "No", "no.such.Provider", List.of()));
    ColumnResult column = report.columns().get(0);
    assertFalse(column.loaded());
    assertTrue(String.valueOf(column.trouble()).contains("no.such.Provider"), column.trouble());
    assertEquals(174, column.count(FILE, Outcome.UNSUPPORTED));
    assertEquals(0, report.deviations());
  }

  @Test
  void theReportsSayTheSame() throws Exception {
    Report report = run(broken(), new Column("jdk", "JDK", "jdk", List.of()));
    Path json = folder.resolve("report.json");
    JsonReport.write(report, json);
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertEquals(68, root.required("deviations").intValue());
    JsonNode file = root.required("files").get(1);
    assertEquals(FILE, file.required("name").textValue());
    JsonNode test = file.required("tests").get(0);
    assertEquals("deviating", test.required("outcomes").get(0).required("outcome").textValue());
    assertEquals("passed", test.required("outcomes").get(1).required("outcome").textValue());
    assertTrue(test.required("input").has("key"));

    Path xml = folder.resolve("junit.xml");
    JUnitReport.write(report, xml);
    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml.toFile());
    assertEquals(4, document.getElementsByTagName("testsuite").getLength());
    assertEquals(2 * (174 + 165), document.getElementsByTagName("testcase").getLength());
    assertEquals(68, document.getElementsByTagName("failure").getLength());
    assertEquals(165, document.getElementsByTagName("skipped").getLength());
  }
}
