package dev.e2ee.benchmarks.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.implementation.Implementation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryReportTest {
  private static final Observation SEVEN = new Observation(1, 7, 8, Map.of("byte[32] of A.b", 7));
  private static final Observation TWO = new Observation(0, 2, 9, Map.of("int[60] of C.d", 2));
  private static final Observation NONE = new Observation(0, 0, 0, Map.of());

  private static final MemoryReport REPORT =
      new MemoryReport(
          List.of(
              finding("17", KeyKind.DEK, SEVEN, NONE),
              finding("17", KeyKind.MASTER_KEY, TWO, NONE),
              finding("25", KeyKind.DEK, TWO, NONE),
              finding("25", KeyKind.MASTER_KEY, TWO, TWO)));

  private static Finding finding(String jdk, KeyKind kind, Observation open, Observation closed) {
    return new Finding(jdk, Implementation.FLOOR, kind, open, closed);
  }

  @Test
  void hasALineForEachKey() {
    assertEquals(
        """
        10 records, -Xms128m -Xmx128m -Xmn96m:

        | Implementation | Copies of | JDK 17, in use | JDK 17, closed | JDK 25, in use | JDK 25, closed |
        | --- | --- | --- | --- | --- | --- |
        | `floor` | DEKs | 1 / 7 / 8 | 0 / 0 / 0 | 0 / 2 / 9 | 0 / 0 / 0 |
        | `floor` | master key | 0 / 2 / 9 | 0 / 0 / 0 | 0 / 2 / 9 | 0 / 2 / 9 |
        """,
        REPORT.summary(Load.FEW));
  }

  @Test
  void saysWhatHoldsEachCopy() {
    String holders = REPORT.holders();
    assertTrue(holders.contains("| `floor` | DEKs | `byte[32] of A.b` | 7 | 0 | 0 | 0 |"), holders);
    assertTrue(holders.contains("| `floor` | DEKs | `int[60] of C.d` | 0 | 0 | 2 | 0 |"), holders);
  }

  @Test
  void countsTheMostOfTwoRuns() {
    assertEquals(new Observation(1, 7, 9, SEVEN.holders()), SEVEN.orMore(TWO));
    assertEquals(new Observation(1, 7, 9, SEVEN.holders()), TWO.orMore(SEVEN));
  }

  @Test
  void writesIntoItsPartOfADocumentOnly(@TempDir Path directory) throws IOException {
    Path document = directory.resolve("SECURITY.md");
    String before = "# Security\n\n<!-- written by benchmarks/run memory -->\n";
    String after = "<!-- end of what it wrote -->\n\n## More\n";
    Files.writeString(document, before + "old\n" + after);
    MarkedPart.replace(document, "new\n");
    assertEquals(before + "new\n" + after, Files.readString(document));
    Files.writeString(document, "# Security\n");
    assertThrows(IllegalArgumentException.class, () -> MarkedPart.replace(document, "new\n"));
  }

  @Test
  void theTableInTheSecurityDocumentIsThatOfTheResults() throws IOException {
    String results = Files.readString(Path.of("results/memory.md"));
    String security = Files.readString(Path.of("../SECURITY.md"));
    String table = results.substring(results.indexOf("10 records"), results.indexOf("\n## "));
    assertTrue(security.contains("-->\n" + table + "<!--"), "benchmarks/run memory writes both");
  }
}
