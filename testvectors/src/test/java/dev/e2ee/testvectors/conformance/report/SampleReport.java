package dev.e2ee.testvectors.conformance.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.testvectors.conformance.Column;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.run.Conformance;
import dev.e2ee.testvectors.conformance.vector.Catalogue;
import dev.e2ee.testvectors.conformance.vector.Catalogue.Entry;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A small report of real runs: files with every kind of outcome, and providers that pass, deviate
 * and do not load. Besides, a test and its flags bear text that a page must not take for HTML.
 */
final class SampleReport {
  static final String MAC = "hmac_sha256_test.json";
  static final String GCM = "aes_gcm_test.json";
  static final String XDH = "x25519_asn_test.json";
  static final String MARKUP = BrokenProvider.MARKUP;

  private static final List<Column> COLUMNS =
      List.of(
          new Column("e2ee", "E2EE", "e2ee", List.of()),
          new Column("jdk", "JDK", "jdk", List.of()),
          new Column("broken", "Broken", BrokenProvider.class.getName(), List.of()),
          new Column("none", "None", "no.such.Provider", List.of()));

  private SampleReport() {}

  static Report make() throws IOException, InterruptedException {
    List<Entry> entries =
        Catalogue.all().stream()
            .filter(entry -> Set.of(MAC, GCM, XDH).contains(entry.name()))
            .toList();
    Report report = Conformance.over(entries, false).run(COLUMNS, (column, file) -> {});
    List<VectorFile> files =
        report.files().stream().map(file -> file.name().equals(MAC) ? marked(file) : file).toList();
    return new Report(report.created(), report.system() + MARKUP, files, report.columns());
  }

  /** With text in the first test and in what its flags mean. */
  private static VectorFile marked(VectorFile file) {
    List<TestVector> tests = new ArrayList<>(file.tests());
    ObjectNode first = tests.get(0).json().deepCopy();
    first.put("comment", MARKUP);
    first.withArray("flags").add(MARKUP).add("constructor");
    first.put(MARKUP, MARKUP);
    tests.set(0, new TestVector(tests.get(0).group(), first));
    ObjectNode notes = file.notes().deepCopy();
    ObjectNode note = notes.putObject(MARKUP);
    note.put("description", MARKUP).put("effect", MARKUP).put("bugType", MARKUP);
    note.putArray("cves").add("CVE-2000-0000");
    note.putArray("links")
        .add("javascript:window.harmed = 3")
        .add("data:text/html," + MARKUP)
        .add("https://example.org/flag");
    return new VectorFile(
        file.name(),
        file.source(),
        MARKUP,
        file.sha256(),
        List.of(MARKUP),
        notes,
        List.copyOf(tests));
  }

  /** The file of this name. */
  static VectorFile file(Report report, String name) {
    return report.files().stream().filter(file -> file.name().equals(name)).findAny().orElseThrow();
  }

  /** The column of this id. */
  static ColumnResult column(Report report, String id) {
    return report.columns().stream()
        .filter(column -> column.column().id().equals(id))
        .findAny()
        .orElseThrow();
  }

  /** The numbers of the tests that ended so. */
  static List<Integer> ids(ColumnResult column, String file, Outcome outcome) {
    return column.of(file).stream()
        .filter(result -> result.outcome() == outcome)
        .map(Result::tcId)
        .toList();
  }

  /** How many tests of a file with this flag a column deviates from. */
  static long deviating(ColumnResult column, VectorFile file, String flag) {
    List<Result> results = column.of(file.name());
    return IntStream.range(0, results.size())
        .filter(i -> results.get(i).outcome() == Outcome.DEVIATING)
        .filter(i -> file.tests().get(i).hasFlag(flag))
        .count();
  }
}
