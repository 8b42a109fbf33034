package dev.e2ee.testvectors.conformance.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.TestVector.Expectation;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A report as JSON: the subjects, the files with what their flags mean, each test, and what each
 * subject did with it.
 */
public final class JsonReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonReport() {}

  /** Writes it. */
  public static void write(Report report, Path file) throws IOException {
    JSON.writeValue(file.toFile(), of(report));
  }

  /** The whole of it. */
  static ObjectNode of(Report report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("created", report.created().toString());
    root.put("system", report.system());
    root.put("deviations", report.deviations());
    ArrayNode columns = root.putArray("columns");
    report.columns().forEach(column -> columns.add(column(column)));
    ArrayNode files = root.putArray("files");
    report.files().forEach(file -> files.add(file(file, report.columns())));
    return root;
  }

  private static ObjectNode column(ColumnResult result) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", result.column().id());
    node.put("title", result.column().title());
    node.put("java", result.java());
    node.set("providers", JSON.valueToTree(result.providers()));
    if (result.trouble() != null) {
      node.put("trouble", result.trouble());
    }
    for (Outcome outcome : Outcome.values()) {
      node.put(name(outcome), result.count(outcome));
    }
    return node;
  }

  private static ObjectNode file(VectorFile file, List<ColumnResult> columns) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", file.name());
    node.put("source", file.source());
    node.put("algorithm", file.algorithm());
    node.put("sha256", file.sha256());
    node.put("remark", String.join(" ", file.remarks()));
    node.put("numberOfTests", file.tests().size());
    node.set("notes", file.notes());
    ArrayNode cells = node.putArray("cells");
    columns.forEach(column -> cells.add(cell(file, column)));
    ArrayNode tests = node.putArray("tests");
    for (int i = 0; i < file.tests().size(); i++) {
      tests.add(test(file, i, columns));
    }
    return node;
  }

  private static ObjectNode cell(VectorFile file, ColumnResult column) {
    ObjectNode node = JSON.createObjectNode();
    node.put("column", column.column().id());
    for (Outcome outcome : Outcome.values()) {
      node.put(name(outcome), column.count(file.name(), outcome));
    }
    return node;
  }

  private static ObjectNode test(VectorFile file, int index, List<ColumnResult> columns) {
    TestVector test = file.tests().get(index);
    ObjectNode node = JSON.createObjectNode();
    node.put("tcId", test.id());
    node.put("type", test.type());
    node.put("comment", test.comment());
    node.set("flags", JSON.valueToTree(test.flags()));
    node.put("result", test.expectation().name().toLowerCase(Locale.ROOT));
    List<Result> results =
        columns.stream().map(column -> column.of(file.name()).get(index)).toList();
    if (test.expectation() == Expectation.ACCEPTABLE || !allPassed(results)) {
      node.set("input", input(test));
    }
    ArrayNode outcomes = node.putArray("outcomes");
    results.forEach(result -> outcomes.add(outcome(result)));
    return node;
  }

  /** What its group gives all its tests, such as a key, and what is its own. */
  private static ObjectNode input(TestVector test) {
    ObjectNode input = ((ObjectNode) test.group()).deepCopy();
    input.remove(Set.of("type", "source", "tests"));
    input.setAll(((ObjectNode) test.json()).deepCopy());
    input.remove(Set.of("tcId", "comment", "flags", "result"));
    return input;
  }

  private static boolean allPassed(List<Result> results) {
    return results.stream().allMatch(result -> result.outcome() == Outcome.PASSED);
  }

  private static ObjectNode outcome(Result result) {
    ObjectNode node = JSON.createObjectNode();
    node.put("outcome", name(result.outcome()));
    if (result.outcome() == Outcome.DEVIATING) {
      node.put("expected", result.expected());
    }
    node.put("seen", result.seen());
    if (result.remark() != null) {
      node.put("remark", result.remark());
    }
    return node;
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
