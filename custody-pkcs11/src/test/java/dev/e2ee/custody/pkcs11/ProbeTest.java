package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.wrapper.WrapperModule;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.FoundStore;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a probe tells of modules and tokens, what it costs them, and that it leaves nothing. */
@Tag("once")
class ProbeTest {
  private static final CustodyOptions RIGHT = Opened.giving(RealToken.PIN);

  @TempDir Path directory;
  private FaultyModule module;

  /** A probe through a real module whose calls are counted; set up before it is asked. */
  private ProbeReport probe(
      CustodyUri uri, CustodyOptions options, ProbeDepth depth, Runnable beforeUse) {
    return new Pkcs11Probe(
            uri,
            options,
            file -> {
              module = new FaultyModule(WrapperModule.load(file, uri.query("init-args")));
              beforeUse.run();
              return module;
            })
        .probe(depth);
  }

  private ProbeReport probe(CustodyUri uri, CustodyOptions options, ProbeDepth depth) {
    return probe(uri, options, depth, () -> {});
  }

  /** As a user has it, without anything between. */
  private static ProbeReport plain(CustodyUri uri) {
    return new Pkcs11Provider().probe(uri, CustodyOptions.defaults(), ProbeDepth.LOOK);
  }

  private static Finding finding(ProbeReport report, String topic) {
    return report.findings().stream()
        .filter(finding -> finding.topic().equals(topic))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + topic + " in " + report));
  }

  private static String level(ProbeReport report, String topic) {
    return finding(report, topic).level().name();
  }

  private static String facts(ProbeReport report, String title) {
    return report.sections().stream()
        .filter(section -> section.title().equals(title))
        .flatMap(section -> section.facts().stream())
        .map(fact -> fact.name() + "=" + fact.value())
        .collect(Collectors.joining("\n"));
  }

  private static void contains(String part, String text) {
    assertTrue(text.contains(part), () -> "'" + part + "' is missing in " + text);
  }

  /** All objects of the token, whosesoever: label and id. */
  private static List<String> objects(RealToken.Made token) throws Exception {
    List<String> all = new ArrayList<>();
    try (Pkcs11Custody custody = Opened.unlocked(token.uri());
        RawToken raw = new RawToken(token)) {
      assertTrue(custody.connection().isUnlocked());
      for (long object : raw.find()) {
        all.add(raw.read(object, RawToken.CLASS) + " " + raw.read(object, RawToken.LABEL));
      }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "P11_KIT") // SoftHSM again
  void aTokenIsTriedWithOneLoginAndLeftAsItWas(RealToken kind) throws Exception {
    RealToken.Made token = kind.make();
    int wrapAlg;
    Set<Capability> able;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      wrapAlg = key.operation(DekWrap.class).orElseThrow().wrapAlg();
      able = custody.capabilities();
    }
    List<String> before = objects(token);
    ProbeReport report = probe(token.uri(), RIGHT, ProbeDepth.TRY);
    assertEquals(1, module.calls("C_Login"));
    assertEquals(before, objects(token));
    assertTrue(report.healthy(), report::toString);
    assertEquals(Optional.empty(), report.stopped());
    contains("path=" + token.module().toRealPath(), facts(report, "module"));
    contains("PKCS#11=", facts(report, "module"));
    contains("label=" + token.label(), facts(report, "token"));
    contains("CKM_SHA256_HMAC=yes, HMAC-SHA-256", facts(report, "mechanisms claimed"));
    assertEquals(wrapAlg == 1, facts(report, "proven by a trial").contains("gcm=yes"));
    contains("wrapAlg=" + wrapAlg, facts(report, "suite of a new UMK"));
    assertEquals(wrapAlg == 1 ? "OK" : "WARN", level(report, "suite"));
    boolean device = able.containsAll(Set.of(Capability.ECDH_P256, Capability.SIGN_P256));
    assertEquals(device ? "OK" : "WARN", level(report, "device"));
    contains("records 1=PRIMARY UMK, id ", facts(report, "keys"));
    contains("time=", facts(report, "login"));
    String speed = facts(report, "speed");
    if (kind == RealToken.TPM2) {
      contains("not measured=the token has no keys that end with a session", speed);
      return;
    }
    contains("round trip=", speed);
    contains("wraps with 1 thread=", speed);
    contains("wraps with 8 threads=", speed);
  }

  @Test
  void aTokenOfSoftwareIsToldAsSuch() throws Exception {
    ProbeReport report = probe(RealToken.SOFTHSM.make().uri(), RIGHT, ProbeDepth.TRY);
    contains("description=Implementation of PKCS11", facts(report, "module"));
    contains("PIN=no wrong one since", facts(report, "token"));
    contains("CKM_AES_GCM=yes, AES-GCM", facts(report, "mechanisms claimed"));
    contains("CKM_RSA_PKCS_OAEP=yes", facts(report, "mechanisms claimed"));
    contains("ISOLATED", facts(report, "residency"));
    assertEquals("WARN", level(report, "residency"));
    contains("as safe as that process", finding(report, "residency").text());
  }

  @ParameterizedTest
  @CsvSource({"LOOK,right", "TRY,nothing"})
  void withoutAPinWhatIsPublicIsToldAndNobodyLogsIn(ProbeDepth depth, String pin) throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make();
    CustodyOptions options = pin.equals("right") ? RIGHT : CustodyOptions.defaults();
    ProbeReport report = probe(token.uri(), options, depth);
    assertEquals(0, module.calls("C_Login"));
    assertEquals(0, module.calls("C_OpenSession"));
    assertTrue(report.healthy(), report::toString);
    contains("CKM_AES_GCM=yes", facts(report, "mechanisms claimed"));
    assertEquals("", facts(report, "proven by a trial"));
    assertEquals(
        depth == ProbeDepth.TRY ? Optional.of(Kind.LOCKED) : Optional.empty(), report.stopped());
    if (depth == ProbeDepth.TRY) {
      assertEquals("WARN", level(report, "unlock"));
      contains("nothing was tried", finding(report, "unlock").text());
    }
  }

  @Test
  void aWrongPinIsTriedOnce() throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make();
    ProbeReport report = probe(token.uri(), Opened.giving("wrong-98765"), ProbeDepth.TRY);
    assertEquals(1, module.calls("C_Login"));
    assertEquals(Optional.of(Kind.AUTH_FAILED), report.stopped());
    assertEquals("FAIL", level(report, "unlock"));
    contains("the PIN is wrong", finding(report, "unlock").text());
    contains("CKM_AES_GCM=yes", facts(report, "mechanisms claimed"));
    assertFalse(report.toString().contains("98765"));
  }

  @Test
  void aPinInTheEnvironmentIsAFindingAndOneThatIsNotThereAnError() throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make();
    CustodyUri uri = token.uri().withQuery("pin-source", "env:E2EE_NO_SUCH_VARIABLE");
    ProbeReport report = probe(uri, RIGHT, ProbeDepth.TRY);
    assertEquals("WARN", level(report, "pin-source"));
    contains("pin-source=file:", finding(report, "pin-source").remedy());
    assertEquals("FAIL", level(report, "unlock"));
    assertEquals(Optional.of(Kind.LOCKED), report.stopped());
    assertEquals(0, module.calls("C_Login"));
  }

  /** A token that says other flags of itself than it has. */
  private ProbeReport flagged(RealToken.Made token, long set, long unset, long sessions) {
    return probe(
        token.uri(),
        RIGHT,
        ProbeDepth.TRY,
        () ->
            module.disguise(
                real -> FaultyModule.retold(real, (real.flags() | set) & ~unset, true, sessions)));
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 0, FAIL, 0, FINAL TRY",
    "40000, 0, FAIL, 0, LOCKED",
    "0, 8, FAIL, 1, none was set",
    "10000, 0, WARN, 1, COUNT LOW",
    "80000, 0, WARN, 1, to be changed"
  })
  void theStateOfThePinIsToldAndALastTryNotSpent(
      String set, String unset, String level, int logins, String words) throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make();
    ProbeReport report = flagged(token, Long.parseLong(set, 16), Long.parseLong(unset, 16), 0);
    assertEquals(level, level(report, "pin"));
    assertFalse(finding(report, "pin").remedy().isEmpty());
    contains("PIN=" + words, facts(report, "token"));
    assertEquals(logins, module.calls("C_Login"));
    assertEquals(
        logins == 0 ? Optional.of(Kind.AUTH_LOCKED_OUT) : Optional.empty(), report.stopped());
  }

  @Test
  void theLimitsOfATokenAreTold() throws Exception {
    ProbeReport report = flagged(RealToken.SOFTHSM.make(), 0x1000002, 0x1, 3);
    List<String> told =
        report.findings().stream()
            .filter(finding -> finding.topic().equals("token"))
            .map(finding -> finding.level() + " " + finding.text())
            .toList();
    assertEquals(3, told.size(), told::toString);
    contains("FAIL the token failed its own tests", told.get(0));
    contains("write-protected", told.get(1));
    contains("random numbers", told.get(2));
    contains("gives 3 sessions", finding(report, "sessions").text());
    contains("kind=a device", facts(report, "token"));
    assertTrue(report.findings().stream().noneMatch(f -> f.topic().equals("residency")));
  }

  @Test
  void aSecondBestSuiteIsToldWithTheReason() throws Exception {
    ProbeReport report =
        probe(
            RealToken.SOFTHSM.make().uri(),
            RIGHT,
            ProbeDepth.TRY,
            () -> {
              module.fail("C_Encrypt", Ckr.MECHANISM_INVALID, Integer.MAX_VALUE);
              module.fail("C_DeriveKey", Ckr.FUNCTION_NOT_SUPPORTED, Integer.MAX_VALUE);
            });
    contains("wrapAlg=2", facts(report, "suite of a new UMK"));
    contains("CKM_AES_GCM=yes", facts(report, "mechanisms claimed"));
    contains(
        "gcm=no: C_Encrypt answered CKR_MECHANISM_INVALID", facts(report, "proven by a trial"));
    assertEquals("WARN", level(report, "suite"));
    contains("C_Encrypt answered CKR_MECHANISM_INVALID", finding(report, "suite").text());
    assertEquals("WARN", level(report, "device"));
    contains("C_DeriveKey", finding(report, "device").text());
    contains("wraps with 8 threads=", facts(report, "speed"));
    assertTrue(report.healthy(), report::toString);
  }

  @Test
  void aTokenWithoutAnySuiteFails() throws Exception {
    ProbeReport report =
        probe(
            RealToken.SOFTHSM.make().uri(),
            RIGHT,
            ProbeDepth.TRY,
            () -> module.fail("C_GenerateKey", Ckr.FUNCTION_NOT_SUPPORTED, Integer.MAX_VALUE));
    assertFalse(report.healthy());
    assertEquals("FAIL", level(report, "suite"));
    assertEquals("", facts(report, "speed"));
  }

  @Test
  void aLabelThatTwoTokensHaveIsToldWithTheUrisThatTellThemApart() throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make();
    ProbeReport alone = plain(token.uri());
    assertEquals("WARN", level(alone, "uri"), "another one would fit");
    contains(";serial=", finding(alone, "uri").remedy());
    Command.run(
        List.of(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            token.label(),
            "--pin",
            "another",
            "--so-pin",
            "so-another"));
    ProbeReport both = plain(token.uri());
    assertEquals(Optional.of(Kind.AMBIGUOUS), both.stopped());
    assertEquals("FAIL", level(both, "token"));
    contains("one of them before the question mark", finding(both, "token").text());
    List<FoundStore> stores = new Pkcs11Provider().stores(token.uri(), CustodyOptions.defaults());
    assertEquals(2, stores.size());
    for (FoundStore store : stores) {
      contains(store.uri().location(), finding(both, "token").text());
      ProbeReport one = plain(store.uri());
      assertEquals(Optional.empty(), one.stopped(), one::toString);
      assertEquals("OK", level(one, "uri"));
    }
  }

  @Test
  void aTokenThatIsNotThereIsToldWithThoseThatAre() throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make();
    ProbeReport report = plain(token.uri().withAttribute("token", "none-such"));
    assertEquals(Optional.of(Kind.REMOVED), report.stopped());
    String path = token.uri().query("module-path").orElseThrow();
    FoundStore first =
        new Pkcs11Provider()
            .stores(
                CustodyUri.parse("pkcs11:").withQuery("module-path", path),
                CustodyOptions.defaults())
            .get(0); // of many, not all are told
    contains("'" + first.uri().location() + "'", finding(report, "token").text());
    assertFalse(finding(report, "token").remedy().isEmpty());
    CustodyUri none = token.uri().withAttribute("token", "none-such");
    CustodyException e =
        assertThrows(
            CustodyException.class,
            () -> new Pkcs11Provider().stores(none, CustodyOptions.defaults()));
    assertEquals(Kind.REMOVED, e.kind());
    contains("'" + first.uri().location() + "'", String.valueOf(e.getMessage()));
  }

  @Test
  void aTokenThatHangsIsAFinding() throws Exception {
    RealToken.Made token = RealToken.P11_KIT.make();
    TokenServer server = token.server().orElseThrow();
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      ProbeReport well =
          new Pkcs11Provider().probe(token.uri(), CustodyOptions.defaults(), ProbeDepth.LOOK);
      contains("kind=behind p11-kit, in another process", facts(well, "token"));
      assertTrue(custody.connection().isUnlocked());
      server.freeze();
      ProbeReport frozen;
      try {
        frozen =
            new Pkcs11Provider()
                .probe(token.uri(), RIGHT.withDeadline(Duration.ofMillis(300)), ProbeDepth.TRY);
      } finally {
        server.thaw();
      }
      assertEquals(Optional.of(Kind.TIMEOUT), frozen.stopped());
      assertFalse(frozen.findings().get(0).remedy().isEmpty());
    }
  }

  private static CustodyUri inFile(Path file) {
    return CustodyUri.parse("pkcs11:token=x").withQuery("module-path", file.toString());
  }

  @Test
  void aFileThatIsNoModuleForThisMachineIsAFinding() throws Exception {
    Path softhsm = RealToken.SOFTHSM.make().module();
    Path text = Files.writeString(directory.resolve("text.so"), "this is a text, no module\n");
    Path foreign = directory.resolve("foreign.so");
    byte[] image = Files.readAllBytes(softhsm);
    image[18] = (byte) (image[18] == 62 ? 183 : 62); // e_machine
    Files.write(foreign, image);
    Path object = directory.resolve("object.so");
    image[16] = 1; // e_type
    Files.write(object, image);
    for (List<Object> each :
        List.of(
            List.<Object>of(text, "no shared library but another kind"),
            List.<Object>of(foreign, "is built for "),
            List.<Object>of(object, "no shared library but a program"),
            List.<Object>of(
                Path.of("/bin/ls").toRealPath(), "without the function C_GetFunctionList"))) {
      ProbeReport report = plain(inFile((Path) each.get(0)));
      assertEquals(Optional.of(Kind.UNSUPPORTED), report.stopped(), report::toString);
      contains((String) each.get(1), finding(report, "module").text());
      contains("e2ee custody list", finding(report, "module").remedy());
    }
    assertEquals(Optional.of(Kind.MISSING), plain(inFile(directory.resolve("none"))).stopped());
    assertEquals(
        Optional.of(Kind.UNSUPPORTED), plain(CustodyUri.parse("pkcs11:token=x")).stopped());
  }
}
