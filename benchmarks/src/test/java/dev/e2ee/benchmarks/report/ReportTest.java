package dev.e2ee.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.result.Results;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small recorded runs give the tables and charts that they should. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class ReportTest {
  @TempDir Path directory;

  private List<String> lines = List.of();

  @BeforeEach
  void write() throws Exception {
    new Report(Results.read(recorded())).write(directory);
    lines = Files.readAllLines(directory.resolve("README.md"));
  }

  private static Path recorded() throws URISyntaxException {
    return Path.of(Objects.requireNonNull(ReportTest.class.getResource("/recorded")).toURI());
  }

  private String row(String start) {
    return row(lines, start);
  }

  private static String row(List<String> lines, String start) {
    return lines.stream()
        .filter(line -> line.startsWith("| " + start + " |"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + start + " in " + lines));
  }

  /** Round by round 1.50, 1.50, 1.476; the machine was slow in the second round. */
  @Test
  void aTargetIsMet() {
    assertEquals(
        "| 17 | 1 KiB, seal, Envelope against tink | ≥ 1.40 | 1.50 | 1.48 … 1.50 | met |",
        row("17 | 1 KiB, seal, Envelope against tink"));
    assertEquals(
        "| 17 | 1 KiB, seal, Envelope against floor | ≥ 0.90 | 0.91 | 0.88 … 0.97 | met |",
        row("17 | 1 KiB, seal, Envelope against floor"));
  }

  @Test
  void aTargetIsMissed() {
    assertEquals(
        "| 17 | 1 KiB, seal, Envelope, two threads against one | ≥ 1.80 | 1.68 | 1.67 … 1.87"
            + " | **missed** |",
        row("17 | 1 KiB, seal, Envelope, two threads against one"));
    assertEquals(
        "| 17 | 64 MiB, open, Envelope against openssl speed | ≥ 0.80 |  |  | **missed** (failed)"
            + " |",
        row("17 | 64 MiB, open, Envelope against openssl speed"));
  }

  /** 60 × 64 MiB against 300,000 × 16 KiB a second. */
  @Test
  void bytesAreComparedAcrossSizes() {
    assertEquals(
        "| 17 | 64 MiB, seal into a kept buffer, Cipher against openssl speed | ≥ 0.80 | 0.82"
            + " | 0.82 … 0.82 | met |",
        row("17 | 64 MiB, seal into a kept buffer, Cipher against openssl speed"));
  }

  @Test
  void whatWasNotMeasuredIsSaid() {
    assertTrue(
        row("25 | 1 KiB, seal, Envelope against tink").endsWith("|  |  | not measured |"),
        () -> row("25 | 1 KiB, seal, Envelope against tink"));
  }

  @Test
  void allocationShowsTheWorstSize() {
    assertEquals(
        "| 17 | allocation against 2 × message + 2 KiB, seal, Envelope | ≤ 1.00 | 1.00"
            + " | 1.00 … 1.00 | met (worst at 64 MiB) |",
        row("17 | allocation against 2 × message + 2 KiB, seal, Envelope"));
  }

  @Test
  void filesAreComparedWithAgeAndBareCiphers() {
    assertEquals(
        "| 17 | sealing a file of 1 GiB on tmpfs, ./e2ee against age | ≥ 1.00 | 1.18"
            + " | 0.90 … 1.25 | met |",
        row("17 | sealing a file of 1 GiB on tmpfs, ./e2ee against age"));
    assertTrue(
        row("17 | opening a file of 1 GiB on tmpfs, ./e2ee against age").contains("**missed**"));
    assertEquals(
        "| 17 | opening a file of 1 GiB on tmpfs, ./e2ee against cipher-stream, opening it"
            + " | ≥ 5.00 | 120.00 | 120.00 … 120.00"
            + " | met (at least this; cipher-stream stopped after 120 s) |",
        row("17 | opening a file of 1 GiB on tmpfs, ./e2ee against cipher-stream, opening it"));
  }

  /** In the second round the machine was slow, for all of them. */
  @Test
  void wrapsInATokenAreComparedRoundByRound() {
    assertEquals(
        "| 17 | a DEK wrapped in a token, 1 thread, against C | ≥ 0.80 | 0.83 | 0.80 … 0.85"
            + " | met |",
        row("17 | a DEK wrapped in a token, 1 thread, against C"));
    assertEquals(
        "| 17 | a DEK wrapped in a token, 8 threads, against C | ≥ 0.80 | 0.50 | 0.50 … 0.50"
            + " | **missed** |",
        row("17 | a DEK wrapped in a token, 8 threads, against C"));
    assertEquals(
        "| 17 | a DEK wrapped in a token, 1 thread, against SunPKCS11 | ≥ 1.50 | 1.25"
            + " | 1.00 … 1.50 | **missed** |",
        row("17 | a DEK wrapped in a token, 1 thread, against SunPKCS11"));
    assertTrue(
        row("17 | a DEK wrapped in a token, 8 threads, against SunPKCS11")
            .endsWith("| not measured (sunpkcs11 failed) |"));
    assertTrue(
        lines.contains("| e2ee | JDK 17 | 50,000 (20,000 … 51,000) | 40,000 |  |"),
        lines::toString);
  }

  /** Round by round 0.60, 0.55, 0.62 of re-wrapping, and two threads 1.50, 1.25, 1.60 of one. */
  @Test
  void aRotationIsComparedWithRewrappingAndTwoThreadsWithOne() {
    assertEquals(
        "| 17 | 1 KiB, rotation against bare rewrap | ≥ 0.50 | 0.60 | 0.55 … 0.62 | met |",
        row("17 | 1 KiB, rotation against bare rewrap"));
    assertEquals(
        "| 25 | 1 KiB, rotation against bare rewrap | ≥ 0.50 |  |  | not measured (rewrap failed)"
            + " |",
        row("25 | 1 KiB, rotation against bare rewrap"));
    assertEquals(
        List.of(
            "| Moved by | Runs on | One thread | Two threads | Two against one"
                + " | A record allocates |",
            "| --- | --- | --- | --- | --- | --- |",
            "| rotation | JDK 17 | 60,000 (22,000 … 62,000) | 90,000 (27,500 … 99,200)"
                + " | 1.50 (1.25 … 1.60) | 4 KiB |",
            "| rotation | JDK 25 | 70,000 | failed |  |  |",
            "| rewrap | JDK 17 | 100,000 (40,000 … 100,000) |  |  | 2 KiB |",
            "| rewrap | JDK 25 | failed |  |  |  |"),
        lines.subList(lines.indexOf("### Records of 1 KiB a second") + 2, lines.size()).stream()
            .takeWhile(line -> !line.isEmpty())
            .toList());
  }

  /** Each harness is measured by itself: without its file its targets wait. */
  @Test
  void rotationsThatWereNotMeasuredAreSaid() throws Exception {
    Path others = Files.createDirectory(directory.resolve("others"));
    for (String file : List.of("jmh.json", "process.json", "token.json")) {
      Files.copy(recorded().resolve(file), others.resolve(file));
    }
    new Report(Results.read(others)).write(others);
    List<String> text = Files.readAllLines(others.resolve("README.md"));
    for (String jdk : List.of("17", "25")) {
      assertEquals(
          "| " + jdk + " | 1 KiB, rotation against bare rewrap | ≥ 0.50 |  |  | not measured |",
          row(text, jdk + " | 1 KiB, rotation against bare rewrap"));
    }
    assertTrue(text.contains("## Keys in a token"));
    assertFalse(text.contains("## Rotations"));
    assertTrue(lines.contains("## Rotations"));
  }

  @Test
  void theVerdictsAreCounted() {
    long met = lines.stream().filter(line -> line.matches(".*\\| met( \\(.*\\))? \\|$")).count();
    long missed = lines.stream().filter(line -> line.contains("| **missed**")).count();
    assertTrue(met > 5 && missed > 2);
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith(met + " met, " + missed + " missed, ")),
        lines::toString);
  }

  @Test
  void theTablesHaveTheNumbers() {
    assertEquals(
        "| e2ee | 300,000 (150,000 … 310,000) |  | 500,000 (280,000 … 520,000) |  | 2.93 KiB |  |",
        lines.stream().filter(line -> line.startsWith("| e2ee | 300,000")).findFirst().orElse(""));
    assertEquals(
        "| cipher-whole | JDK 17 | 3 s | 9 s (6 s … 9 s) | 3.10 s | 9.10 s | 97.7 MiB | 97.7 MiB |",
        row(
            "cipher-whole | JDK 17 | 3 s | 9 s (6 s … 9 s) | 3.10 s | 9.10 s | 97.7 MiB"
                + " | 97.7 MiB"));
    assertEquals("| CPU | a CPU & more |", row("CPU | a CPU & more"));
    assertTrue(
        lines.contains(
            "* JDK 17 e2ee, open, 64 MiB: `java.lang.OutOfMemoryError: Java heap space`"),
        lines::toString);
  }

  /** Each chart is well-formed XML, is shown in the report, and has the subjects. */
  @Test
  void theChartsAreSvg() throws Exception {
    List<Path> charts;
    try (Stream<Path> files = Files.list(directory)) {
      charts = files.filter(file -> file.toString().endsWith(".svg")).sorted().toList();
    }
    assertEquals(
        List.of(
            "allocation-1-kib.svg",
            "file-open-tmpfs.svg",
            "file-seal-tmpfs.svg",
            "first-seal.svg",
            "seal-1-kib.svg",
            "seal-by-size-jdk17.svg",
            "token-wrap-1.svg",
            "token-wrap-8.svg"),
        charts.stream().map(file -> file.getFileName().toString()).toList());
    for (Path chart : charts) {
      var root =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(chart.toFile())
              .getDocumentElement();
      assertEquals("svg", root.getTagName());
      assertTrue(root.getTextContent().contains("e2ee"), chart::toString);
      assertTrue(
          lines.stream().anyMatch(line -> line.endsWith("(" + chart.getFileName() + ")")),
          chart::toString);
    }
    String seal = Files.readString(directory.resolve("seal-1-kib.svg"));
    assertTrue(seal.contains("prefers-color-scheme: dark"));
    assertTrue(seal.contains(">300,000<") && seal.contains(">tink<"), seal);
    assertFalse(seal.contains("NaN"), seal);
  }

  @Test
  void withoutNumbersThereAreOnlyTargets() throws IOException {
    Path empty = directory.resolve("empty");
    new Report(new Results(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()))
        .write(empty);
    List<String> text = Files.readAllLines(empty.resolve("README.md"));
    assertTrue(text.stream().anyMatch(line -> line.startsWith("0 met, 0 missed, ")));
    assertFalse(text.contains("## Warm JVMs"));
  }
}
