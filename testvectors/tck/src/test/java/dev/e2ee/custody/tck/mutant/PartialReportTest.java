package dev.e2ee.custody.tck.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.CustodyTck;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.custody.tck.example.ExampleFixture;
import dev.e2ee.custody.tck.example.ExampleProvider;
import dev.e2ee.custody.tck.example.ExampleStore;
import dev.e2ee.custody.tck.report.CustodyReport;
import dev.e2ee.custody.tck.report.Outcome;
import dev.e2ee.custody.tck.report.ReportFiles;
import dev.e2ee.spi.CustodyProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a report says of a run of some points only. */
@Tag("once")
class PartialReportTest {
  /** The example under a PIN. */
  private static final class ShortSecretFixture implements CustodyFixture {
    @Override
    public String name() {
      return "Example with a PIN";
    }

    @Override
    public Class<? extends CustodyProvider> provider() {
      return ExampleProvider.class;
    }

    @Override
    public TestedStore newStore(Set<Fault> needs) throws IOException {
      return ExampleStore.make("", "47114711");
    }
  }

  @Test
  void aPointThatOpensTheStoreElsewhereOnlyTellsTheBackEndToo() {
    CustodyTck tck = new CustodyTck(new ExampleFixture(), MutantsTest.LITTLE);
    assertEquals(Outcome.PASSED, tck.run(MutantsTest.point("heap-dump")).outcome());
    assertFalse(tck.report().info().orElseThrow().backend().isBlank());
  }

  @Test
  void itSaysThatItIsPartialAndWhatWasNotRun(@TempDir Path directory) throws IOException {
    CustodyTck tck = new CustodyTck(new ExampleFixture(), MutantsTest.LITTLE);
    tck.run(MutantsTest.point("dek-length"));
    ReportFiles.write(tck.report(), directory);
    String partial = "Only 1 of 39 points were run or declared";
    String page = Files.readString(directory.resolve("index.html"));
    assertTrue(page.contains(partial), page);
    assertTrue(page.contains("<h2>Not run</h2>") && page.contains(">frozen<"), page);
    String json = Files.readString(directory.resolve("custody.json"));
    assertTrue(json.contains("\"allPoints\" : 39"), json);
    assertTrue(json.contains("\"notRun\" : [ \"uri-round-trip\", "), json);
    assertFalse(json.contains("notRun\" : [ \"dek-length"), json);
  }

  @Test
  void itSaysWhatRanWhenAndHowHard(@TempDir Path directory) throws IOException {
    CustodyTck tck = new CustodyTck(new ExampleFixture(), MutantsTest.LITTLE);
    CustodyReport report = tck.report().withFact("Left", "3 keys");
    ReportFiles.write(report, directory);
    assertTrue(report.run().version().matches("[0-9]+\\.[0-9]+\\.[0-9]+.*"), report::toString);
    assertFalse(report.run().commit().orElse("").contains("$"), report::toString);
    String json = Files.readString(directory.resolve("custody.json"));
    assertTrue(json.contains("\"version\" : \"" + report.run().version() + "\""), json);
    assertTrue(json.contains("\"keyNamesBegin\" : \"" + tck.names() + "\""), json);
    assertTrue(json.contains("\"name\" : \"own\""), json);
    assertTrue(json.contains("\"Left\" : \"3 keys\""), json);
    String page = Files.readString(directory.resolve("index.html"));
    assertTrue(page.contains("own: 2 losses"), page);
    assertTrue(page.contains("<dt>E2EE</dt><dd>" + report.run().built()), page);
    assertTrue(page.contains("<dt>Left</dt><dd>3 keys</dd>"), page);
  }

  @Test
  void aDumpThatIsNotSearchedForAShortSecretSaysSo() {
    CustodyTck tck = new CustodyTck(new ShortSecretFixture(), MutantsTest.LITTLE);
    String seen = tck.run(MutantsTest.point("heap-dump")).detail();
    assertTrue(seen.startsWith("searched for a DEK, a UMK in "), seen);
    assertTrue(seen.contains("; not for the secret: one of digits only"), seen);
  }
}
