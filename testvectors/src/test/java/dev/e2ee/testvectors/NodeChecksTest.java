package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The second implementation, {@code testvectors/node}, opens, seals and refuses what the vectors
 * say.
 */
@Tag("once")
@Tag("no-java")
class NodeChecksTest {
  private static final Path VECTORS = SharedFiles.projectRoot().resolve("testvectors/vectors");
  private static final Pattern TOTALS =
      Pattern.compile(
          "(\\S+): (\\d+) tests, (\\d+) passed \\((\\d+) accepted, (\\d+) sealed byte for byte,"
              + " (\\d+) refused\\)");

  @TempDir Path temp;

  /** The last line that a run says about a file. */
  private record Totals(String file, int tests, int passed, int accepted, int sealed, int refused) {
    static Totals of(String line) {
      Matcher totals = TOTALS.matcher(line);
      assertTrue(totals.matches(), line);
      return new Totals(
          totals.group(1),
          Integer.parseInt(totals.group(2)),
          Integer.parseInt(totals.group(3)),
          Integer.parseInt(totals.group(4)),
          Integer.parseInt(totals.group(5)),
          Integer.parseInt(totals.group(6)));
    }

    void checkAll(int promised) {
      assertEquals(promised, tests, file);
      assertEquals(promised, passed, file);
      assertEquals(promised, accepted + refused, file);
      assertTrue(sealed <= accepted, file);
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(VECTORS)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.toString().endsWith(".schema.json"))
          .sorted()
          .toList();
    }
  }

  private static Totals passes(String... arguments) throws InterruptedException {
    Node.Result result = Node.run("node/check.mjs", arguments);
    assertEquals(0, result.exitCode(), result.output());
    List<String> lines = result.output().lines().toList();
    assertEquals(1, lines.size(), result.output());
    return Totals.of(lines.get(0));
  }

  @TestFactory
  Stream<DynamicTest> everyTestOfEveryFilePasses() throws IOException {
    assertTrue(files().size() >= 6);
    return files().stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private static void check(Path file) throws IOException, InterruptedException {
    int promised = new ObjectMapper().readTree(file.toFile()).required("numberOfTests").intValue();
    Totals totals = passes(file.toString());
    assertEquals(file.getFileName().toString(), totals.file());
    totals.checkAll(promised);
  }

  @Test
  void wycheproofsChunkedEncryption() throws InterruptedException {
    String name = "c2sp_chunked_encryption_aes_256_gcm_test.json";
    Path file = SharedFiles.ofThisProject().wycheproof(name);
    Totals totals = passes("--wycheproof", file.toString());
    totals.checkAll(35);
    assertEquals(10, totals.sealed());
  }

  @Test
  void hpkeOfRfc9180() throws InterruptedException {
    Path file = SharedFiles.ofThisProject().interop("hpke/rfc9180.json");
    Totals totals = passes("--rfc9180", file.toString());
    totals.checkAll(2);
    assertEquals(2, totals.sealed());
  }

  /** A check that cannot fail says nothing: an altered test and a group of an unknown type. */
  @Test
  void whatIsWrongIsSaid() throws IOException, InterruptedException {
    String text = Files.readString(VECTORS.resolve("envelope.json"));
    Path altered = temp.resolve("altered.json");
    Files.writeString(
        altered,
        text.replace(
            "\"fault\":\"Magic\",\"error\":\"malformed\"",
            "\"fault\":\"Magic\",\"error\":\"not-authentic\""));
    Node.Result result = Node.run("node/check.mjs", altered.toString());
    assertEquals(1, result.exitCode(), result.output());
    assertTrue(
        result.output().contains("expected error not-authentic, seen malformed"), result.output());
    Path unknown = temp.resolve("unknown.json");
    Files.writeString(unknown, text.replace("\"type\": \"DekWrapUnwrap\"", "\"type\": \"Other\""));
    result = Node.run("node/check.mjs", unknown.toString());
    assertEquals(1, result.exitCode(), result.output());
    assertTrue(
        result.output().contains("expected a known group type, seen Other"), result.output());
  }
}
