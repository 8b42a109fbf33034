package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectDoctorDemoTest {
  private static final byte[] TEXT = new byte[100];

  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void home() throws IOException {
    cli = new Cli(home);
  }

  @Test
  void inspectShowsWhatIsPublicOfEachFile() throws IOException {
    cli.initRaw();
    JsonNode key = cli.run("key", "list", "--json").json().get(0);
    Path bound = cli.write("bound", cli.feed(TEXT, "seal", "--aad", "x").out());
    Path free = cli.write("free", cli.feed(TEXT, "seal").out());
    Files.delete(cli.keys());
    JsonNode all = cli.run("inspect", "--json", bound.toString(), free.toString()).exits(0).json();
    assertEquals(2, all.size());
    assertEquals(key.get("id"), all.get(0).get("keyId"));
    assertEquals(1, all.get(0).get("generation").asInt());
    assertEquals(100, all.get(0).get("plaintextLength").asInt());
    assertTrue(all.get(0).get("bound").asBoolean());
    assertFalse(all.get(1).get("bound").asBoolean());
    String text = cli.run("inspect", bound.toString(), free.toString()).exits(0).text();
    assertTrue(text.contains(key.get("id").asText()) && text.contains("bound to    nothing"), text);
    cli.feed(Files.readAllBytes(bound), "inspect", "-").exits(0);
  }

  @Test
  void inspectGoesOnAfterAFileThatIsNoEnvelope() throws IOException {
    cli.initRaw();
    Path good = cli.write("good", cli.feed(TEXT, "seal", "--aad", "x").out());
    Path bad = cli.write("bad", "no envelope");
    JsonNode all = cli.run("inspect", "--json", bad.toString(), good.toString()).exits(8).json();
    assertTrue(all.get(0).has("error") && all.get(1).has("keyId"));
    cli.run("inspect", bad.toString()).exits(3);
    cli.run("inspect", home.resolve("none").toString()).exits(7);
    cli.run("inspect").exits(2);
  }

  private static List<String> levels(JsonNode findings, String check) {
    return java.util.stream.StreamSupport.stream(findings.spliterator(), false)
        .filter(finding -> finding.get("check").asText().equals(check))
        .map(finding -> finding.get("level").asText())
        .toList();
  }

  @Test
  void doctorLooksAtEverythingAndAsksForNothing() throws IOException {
    JsonNode none = cli.run("doctor", "--json").exits(0).json();
    assertEquals(List.of("WARN"), levels(none, "keys"));
    assertEquals(List.of("OK"), levels(none, "java"));
    assertEquals(List.of("OK"), levels(none, "provider"));
    assertEquals(List.of("OK", "OK", "OK"), levels(none, "custody"), "file:, keychain:, pkcs11:");
    cli.initRaw();
    JsonNode well = cli.run("doctor", "--json").exits(0).json();
    assertEquals(List.of("OK"), levels(well, "keys"));
    assertEquals(List.of("OK"), levels(well, "access"));
    assertEquals(List.of("OK"), levels(well, "uses"));
    assertEquals(List.of("WARN", "WARN"), levels(well, "slots"));
    String text = cli.run("doctor").exits(0).text();
    assertTrue(text.contains("SunJCE") && text.contains("one way to open"), text);
  }

  @Test
  void doctorFailsOnAKeyFileThatOthersCanRead() throws IOException {
    cli.initRaw();
    Files.setPosixFilePermissions(cli.keys(), PosixFilePermissions.fromString("rw-rw----"));
    JsonNode open = cli.run("doctor", "--json").exits(8).json();
    assertEquals(List.of("FAIL"), levels(open, "keys"));
    Files.setPosixFilePermissions(cli.keys(), PosixFilePermissions.fromString("rw-------"));
    Files.write(cli.keys(), TEXT);
    assertTrue(cli.run("doctor").exits(8).text().contains("CORRUPT"));
  }

  @Test
  void doctorNamesABackEndThatCannotBeLoaded() throws IOException {
    cli.write("plugin/META-INF/services/dev.e2ee.spi.CustodyProvider", "com.example.Gone\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader plugin =
        new URLClassLoader(new URL[] {home.resolve("plugin/").toUri().toURL()}, before)) {
      thread.setContextClassLoader(plugin);
      assertTrue(cli.run("doctor").exits(0).text().contains("com.example.Gone"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void demoShowsEveryStepAndLeavesNothing() throws IOException {
    String text = cli.run("demo").exits(0).text();
    for (String expected :
        List.of(
            "refused: the envelope is not authentic",
            "generation 1 -> 2",
            "bytes of the body unchanged",
            "it names generation 1, and opens",
            "is retired and opens nothing",
            "the phone opens a note of the laptop's: \"Sealed on the laptop\"",
            "refused: the fingerprints differ",
            "has a typing error",
            "typed right, the note opens",
            "was altered on its way",
            "Bob reads: {\"text\":\"The key is under the mat\"}",
            "Bob is told: this device was a member",
            "a server gives Ann the old keyring: the keyring for family is refused",
            "45324545")) {
      assertTrue(text.contains(expected), () -> expected + " is missing in\n" + text);
    }
    String line = text.lines().filter(l -> l.contains("keys.e2ee")).findFirst().orElseThrow();
    Path directory = Path.of(line.substring(0, line.indexOf("/keys.e2ee")).strip());
    assertFalse(Files.exists(directory));
  }

  @Test
  void demoKeepsItsFilesWhereItIsTold() throws IOException {
    Path keep = home.resolve("kept");
    JsonNode steps = cli.run("demo", "--keep", keep.toString(), "--json").exits(0).json();
    assertEquals(15, steps.size());
    assertEquals(
        List.of(
            "keys.e2ee",
            "keys.e2ee.lock",
            "note-1.e2ee",
            "note-2.e2ee",
            "note-3.e2ee",
            "passphrase.txt",
            "trust-ann",
            "trust-bob"),
        Cli.names(keep));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(keep.resolve("passphrase.txt"))));
    var opened =
        cli.run(
            "open",
            keep.resolve("note-1.e2ee").toString(),
            "-o",
            "-",
            "--user",
            "ann",
            "--type",
            "note",
            "--id",
            "1",
            "--keys",
            keep.resolve("keys.e2ee").toString(),
            "--passphrase-file",
            keep.resolve("passphrase.txt").toString());
    assertEquals("Blood pressure 120 over 80", opened.exits(0).text());
    cli.run("demo", "--keep", keep.toString()).exits(7);
  }

  @Test
  void demoKeepsToTheFipsProfile() throws Exception {
    Path keep = home.resolve("kept");
    CliProcess.Answer told = CliProcess.inTheProfile(home, "demo", "--keep", keep.toString());
    assertEquals(0, told.exit(), told.err());
    for (String expected :
        List.of(
            "opened by a slot key",
            "453245450102",
            "suite 2",
            "the phone opens a note of the laptop's: \"Sealed on the laptop\"",
            "typed right, the note opens")) {
      assertTrue(told.out().contains(expected), () -> expected + " is missing in\n" + told.out());
    }
    String command =
        told.out().lines().filter(l -> l.contains("e2ee open")).findFirst().orElseThrow();
    String[] words = command.strip().substring("e2ee ".length()).split(" ");
    CliProcess.Answer opened = CliProcess.inTheProfile(home, words);
    assertEquals("Blood pressure 120 over 80", opened.out(), opened.err());
    CliProcess.Answer doctor =
        CliProcess.inTheProfile(home, "doctor", "--keys", keep.resolve("keys.e2ee").toString());
    assertTrue(doctor.out().contains("e2ee key add-slot --raw"), doctor.out() + doctor.err());
  }
}
