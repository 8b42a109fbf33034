package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.Finding.Level;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import dev.e2ee.spi.probe.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a probe tells of a key file, and that it leaves it as it was. */
@Tag("once")
class KeyFileProbeTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys");
  }

  private void create(NewSlot slot) {
    try (KeyFile file = KeyFile.create(path(), slot, CustodyOptions.defaults())) {
      file.generate("main", KeyKind.UMK);
    }
  }

  private void createWithPassphrase() {
    try (SecretBytes passphrase = Passphrase.of("right".toCharArray())) {
      create(NewSlot.passphrase(passphrase, new Argon2Cost(19 * 1024, 2, 1)));
    }
  }

  private ProbeReport probe(String query, CustodyOptions options, ProbeDepth depth) {
    CustodyUri uri = CustodyUri.parse(CustodyUri.ofFile(path()).canonical() + query);
    return CustodyProbe.of(new KeyFileProvider()).probe(uri, options, depth);
  }

  private ProbeReport probe(ProbeDepth depth) {
    return probe("", CustodyOptions.defaults(), depth);
  }

  private static String levels(ProbeReport report, String topic) {
    return report.findings().stream()
        .filter(finding -> finding.topic().equals(topic))
        .map(finding -> finding.level().name())
        .collect(Collectors.joining(" "));
  }

  private static String facts(ProbeReport report, String title) {
    return report.sections().stream()
        .filter(section -> section.title().equals(title))
        .flatMap(section -> section.facts().stream())
        .map(fact -> fact.name() + "=" + fact.value())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void aLookUnlocksNothing() throws IOException {
    createWithPassphrase();
    byte[] before = Files.readAllBytes(path());
    Passphrases person = Passphrases.of("right");
    CustodyOptions options = CustodyOptions.defaults().withCallbackHandler(person);
    ProbeReport report = probe("", options, ProbeDepth.LOOK);
    assertEquals(0, person.asked);
    assertTrue(report.healthy());
    assertEquals(Optional.empty(), report.stopped());
    assertEquals("OK", levels(report, "access"));
    assertEquals("WARN", levels(report, "slots"), "one way in only");
    assertTrue(
        facts(report, "slots")
            .contains("PASSPHRASE 'passphrase', Argon2id with 19 MiB, 2 passes, 1 lane"));
    assertTrue(facts(report, "keys").startsWith("main 1=PRIMARY UMK, id "), report::toString);
    assertEquals("main 1=" + ((1L << 32) - 1), facts(report, "wraps left"), "one by the self-test");
    assertEquals("", facts(report, "speed"));
    assertArrayEquals(before, Files.readAllBytes(path()));
  }

  @Test
  void aTryUnlocksAndMeasuresAndCountsNoWrap() throws IOException {
    createWithPassphrase();
    byte[] before = Files.readAllBytes(path());
    Passphrases person = Passphrases.of("right");
    CustodyOptions options = CustodyOptions.defaults().withCallbackHandler(person);
    ProbeReport report = probe("", options, ProbeDepth.TRY);
    assertEquals(1, person.asked);
    assertTrue(report.healthy());
    assertEquals("OK", levels(report, "keys"));
    String speed = facts(report, "speed");
    for (String line :
        List.of(
            "unlock, Argon2id with 19 MiB, 2 passes, 1 lane=[0-9]+ ms",
            "wraps with 1 thread=[1-9][0-9]*/s, .*",
            "wraps with 8 threads=[1-9][0-9]*/s, .*")) {
      assertTrue(speed.lines().anyMatch(told -> told.matches(line)), speed);
    }
    assertArrayEquals(before, Files.readAllBytes(path()));
  }

  @Test
  void aWrongPassphraseIsTriedOnceAndTheRestIsTold() {
    createWithPassphrase();
    Passphrases person = Passphrases.of("wrong");
    CustodyOptions options = CustodyOptions.defaults().withCallbackHandler(person);
    ProbeReport report = probe("", options, ProbeDepth.TRY);
    assertEquals(1, person.asked);
    assertFalse(report.healthy());
    assertEquals(Optional.of(Kind.AUTH_FAILED), report.stopped());
    assertEquals("FAIL", levels(report, "unlock"));
    assertTrue(facts(report, "slots").contains("PASSPHRASE"));
  }

  @Test
  void withoutAPassphraseItTellsWhatIsPublic() {
    createWithPassphrase();
    ProbeReport report = probe(ProbeDepth.TRY);
    assertTrue(report.healthy());
    assertEquals("WARN", levels(report, "unlock"));
    assertTrue(facts(report, "keys").contains("main 1"));
    ProbeReport named =
        probe("?passphrase-source=file:/none", CustodyOptions.defaults(), ProbeDepth.TRY);
    assertEquals("FAIL", levels(named, "unlock"), "it was named and is not there");
    assertEquals(Optional.of(Kind.LOCKED), named.stopped());
  }

  @Test
  void aRawSlotAndABusyKeyAreTold() throws IOException {
    create(NewSlot.raw());
    Tampering.edit(
        path(), document -> document.with(document.keys().get(0).withUses((1L << 31) + 5)));
    ProbeReport report = probe(ProbeDepth.LOOK);
    assertEquals("WARN WARN", levels(report, "slots"));
    assertEquals("OK WARN", levels(report, "uses"));
    assertEquals("main 1=" + ((1L << 31) - 5), facts(report, "wraps left"));
    assertTrue(
        report.findings().stream().anyMatch(f -> f.remedy().equals("e2ee key rotate main")),
        report::toString);
  }

  @Test
  void keychainsAloneAreWarnedOf() throws IOException {
    ItemInFile item = new ItemInFile(directory.resolve("item"));
    create(NewSlot.keychain(item));
    try (KeyFile file = KeyFile.open(path(), item, CustodyOptions.defaults())) {
      file.unlock();
      file.addSlot(NewSlot.keychain(new ItemInFile(directory.resolve("second"))));
      assertEquals("WARN", levels(probe(ProbeDepth.LOOK), "slots"));
      assertEquals("the file's key=" + item.description(), facts(probe(item), "keychain"));
      file.addSlot(NewSlot.raw());
      assertEquals("OK WARN", levels(probe(ProbeDepth.LOOK), "slots"), "of the slot-key file");
      file.removeSlot(file.slots().get(0).id());
      file.removeSlot(file.slots().get(0).id());
      assertEquals("", facts(probe(item), "keychain"), "none keeps its key");
    }
  }

  private ProbeReport probe(KekHolder item) {
    CustodyOptions options = CustodyOptions.defaults();
    return new KeyFileProbe(
            CustodyUri.ofFile(path()), options, () -> KeyFile.open(path(), item, options))
        .probe(ProbeDepth.LOOK);
  }

  @Test
  void whatCannotBeOpenedIsAFindingWithARemedy() throws IOException {
    ProbeReport missing = probe(ProbeDepth.TRY);
    assertEquals(Optional.of(Kind.MISSING), missing.stopped());
    assertTrue(missing.findings().get(0).detail().contains("e2ee init"), missing::toString);
    create(NewSlot.raw());
    Files.setAttribute(path(), "unix:mode", 0644);
    ProbeReport open = probe(ProbeDepth.TRY);
    assertEquals(Optional.of(Kind.DENIED), open.stopped());
    assertTrue(open.findings().get(0).detail().contains("chmod 600"), open::toString);
    Files.setAttribute(path(), "unix:mode", 0600);
    Files.write(path(), new byte[100]);
    ProbeReport torn = probe(ProbeDepth.TRY);
    assertEquals(Optional.of(Kind.CORRUPT), torn.stopped());
    assertEquals(Level.FAIL, torn.findings().get(0).level());
    assertTrue(torn.findings().get(0).remedy().contains("backup"), torn::toString);
  }

  /** A back end that has no probe of its own. */
  private static final class Plain implements CustodyProvider {
    private final KeyFileProvider real = new KeyFileProvider();

    @Override
    public String scheme() {
      return real.scheme();
    }

    @Override
    public String description() {
      return real.description();
    }

    @Override
    public KeyCustody open(CustodyUri uri, CustodyOptions options) {
      return real.open(uri, options);
    }
  }

  @Test
  void aBackEndWithoutAProbeIsAskedWhatEveryCustodyAnswers() {
    CustodyProbe probe = CustodyProbe.of(new Plain());
    CustodyUri uri = CustodyUri.ofFile(path());
    ProbeReport missing = probe.probe(uri, CustodyOptions.defaults(), ProbeDepth.TRY);
    assertEquals(Optional.of(Kind.MISSING), missing.stopped());
    create(NewSlot.raw());
    ProbeReport look = probe.probe(uri, CustodyOptions.defaults(), ProbeDepth.LOOK);
    assertEquals("", facts(look, "proven"));
    ProbeReport tried = probe.probe(uri, CustodyOptions.defaults(), ProbeDepth.TRY);
    assertTrue(tried.healthy());
    assertTrue(facts(tried, "proven").contains("DEK_WRAP"), tried::toString);
    assertTrue(facts(tried, "keys").contains("main 1=PRIMARY"), tried::toString);
    assertEquals("as named", probe.stores(uri, CustodyOptions.defaults()).get(0).description());
    assertTrue(probe.places().isEmpty());
    assertEquals("x: y", Finding.warn("t", "x", "y").detail());
    assertEquals(1, Section.titled("t").with("a", 1).facts().size());
  }
}
