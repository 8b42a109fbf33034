package dev.e2ee.custody.tck.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.e2ee.custody.tck.CustodyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The contract as JUnit runs it: what is a test, what fails, and the report that it writes. */
@Tag("once")
class ContractTest {
  /** Not found by Surefire: its tests fail. */
  static final class Broken extends CustodyContract {
    Broken() {
      super(new BrokenFixture(new MutantFixture(Mutation.IGNORES_AAD)), MutantsTest.LITTLE);
    }
  }

  @Test
  void whatIsBrokenFailsAndWhatIsDeclaredIsNoTest(@TempDir Path directory) throws IOException {
    TestExecutionSummary summary = run(directory);
    List<String> failed =
        summary.getFailures().stream()
            .map(failure -> failure.getTestIdentifier().getDisplayName().replaceFirst(":.*", ""))
            .toList();
    assertEquals(List.of("wrap-aad", "audit-complete"), failed);
    assertEquals(0, summary.getTestsSkippedCount());
    assertEquals(0, summary.getTestsAbortedCount());
    assertEquals(BrokenFixture.TRIED, summary.getTestsFoundCount());

    Path report = only(directory);
    String json = Files.readString(report.resolve("custody.json"));
    assertTrue(json.contains("\"failed\" : 2"), json);
    assertTrue(json.contains("no \\\"server\\\" here"), json);
    assertTrue(json.contains("\"notRun\" : [ ]"), json);
    String page = Files.readString(report.resolve("index.html"));
    assertFalse(page.contains("no report of the whole TCK"), page);
    assertTrue(page.contains("a wrap with an AAD of 0 bytes with a longer one was done"), page);
    assertTrue(page.contains("&lt;no &quot;server&quot; here&gt;"), page);
    assertFalse(page.contains("<no"), page);
  }

  private static Path only(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size(), all.toString());
      return all.get(0);
    }
  }

  private static TestExecutionSummary run(Path reports) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Broken.class)).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    String before = System.getProperty(CustodyContract.REPORT);
    System.setProperty(CustodyContract.REPORT, reports.toString());
    try {
      LauncherFactory.create().execute(request, listener);
    } finally {
      if (before == null) {
        System.clearProperty(CustodyContract.REPORT);
      } else {
        System.setProperty(CustodyContract.REPORT, before);
      }
    }
    return listener.getSummary();
  }
}
