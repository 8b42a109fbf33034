package dev.e2ee.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.result.Results;
import java.io.IOException;
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
    Path recorded =
        Path.of(Objects.requireNonNull(ReportTest.class.getResource("/recorded")).toURI());
    new Report(Results.read(recorded)).write(directory);
    lines = Files.readAllLines(directory.resolve("README.md"));
  }

  private String row(String start) {
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
    new Report(new Results(Optional.empty(), Optional.empty(), Optional.empty())).write(empty);
    List<String> text = Files.readAllLines(empty.resolve("README.md"));
    assertTrue(text.stream().anyMatch(line -> line.startsWith("0 met, 0 missed, ")));
    assertFalse(text.contains("## Warm JVMs"));
  }
}
