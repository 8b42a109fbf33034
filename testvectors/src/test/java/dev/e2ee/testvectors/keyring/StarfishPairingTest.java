package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.Starfish.bytes;
import static dev.e2ee.testvectors.keyring.Starfish.identity;
import static dev.e2ee.testvectors.keyring.Starfish.object;
import static dev.e2ee.testvectors.keyring.Starfish.stream;
import static dev.e2ee.testvectors.keyring.Starfish.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.interop.starfish.PairingRefusedException;
import dev.e2ee.interop.starfish.PairingRefusedException.Reason;
import dev.e2ee.interop.starfish.StarfishBundle;
import dev.e2ee.interop.starfish.StarfishCapCert;
import dev.e2ee.interop.starfish.StarfishNewDevice;
import dev.e2ee.interop.starfish.StarfishQr;
import dev.e2ee.interop.starfish.StarfishScope;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** {@code starfish-pairing.json}: codes, certificates and bundles, and our own. */
class StarfishPairingTest {
  private static final String NOTES = "notes";
  private static final Instant BEGIN = Instant.ofEpochSecond(1_747_000_000);
  private static final Instant END = Instant.ofEpochSecond(1_749_592_000);
  private static final Instant NOW = BEGIN.plusSeconds(60);

  @TempDir private Path folder;
  private JsonNode file;
  private DeviceIdentity root;
  private DeviceIdentity device;
  private Keyring keyring;

  @BeforeEach
  void openTheHonestKeyring() throws Exception {
    file = Starfish.file("starfish-pairing.json");
    root = identity("owner");
    device = identity("dave");
    assertEquals(text(file.required("root"), "edPub"), signer(root).key());
    assertEquals(text(file.required("newDevice"), "kemPub"), recipient(device).key());
    TrustStore trust = FileTrustStore.at(folder.resolve("dave"));
    trust.pin(NOTES, signer(root));
    JsonNode document = Starfish.file("starfish-keyring.json").required("keyring");
    keyring = Keyring.openWithoutHead(bytes(document), NOTES, device, trust);
  }

  @AfterEach
  void close() {
    keyring.close();
    root.close();
    device.close();
  }

  private static Signer signer(DeviceIdentity device) throws Exception {
    return Signer.of(device.publicKeys());
  }

  private static Recipient recipient(DeviceIdentity device) throws Exception {
    return Recipient.of(device.publicKeys());
  }

  private StarfishNewDevice asked() throws Exception {
    return new StarfishNewDevice(
        signer(device), recipient(device), text(file.required("qr"), "qrNonce"));
  }

  private StarfishBundle bundle() throws Exception {
    return StarfishBundle.read(bytes(file.required("bundle")));
  }

  private StarfishCapCert install(StarfishBundle bundle, Instant now) throws Exception {
    return bundle.install(device, asked(), signer(root), List.of(keyring), now);
  }

  private static void assertRefused(Reason reason, Executable what) {
    assertEquals(reason, assertThrows(PairingRefusedException.class, what).reason());
  }

  @Test
  void theCodeIsTheRealClients() throws Exception {
    JsonNode qr = file.required("qr");
    String payload = text(qr, "payload");
    StarfishQr read = StarfishQr.read(payload);
    assertEquals(asked(), read.device());
    assertEquals(payload, read.write());
    assertEquals(
        new StarfishScope(
            List.of("read", "write", "list"), List.of(NOTES), Optional.of(List.of("notes/**"))),
        read.requestedScope());
    assertEquals(
        text(qr, "canonicalJson"), new String(Base64.getUrlDecoder().decode(payload), UTF_8));
  }

  @Test
  void whatIsNoCode() throws Exception {
    ObjectNode code =
        (ObjectNode) Starfish.JSON.readTree(text(file.required("qr"), "canonicalJson"));
    for (ObjectNode bad :
        List.of(
            code.deepCopy().put("v", 2),
            code.deepCopy().put("qrNonce", "AAAA"),
            code.deepCopy().put("devEdPub", "00".repeat(32)),
            code.deepCopy().without("requestedScope"))) {
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(bad));
      assertThrows(KeyringFormatException.class, () -> StarfishQr.read(text));
    }
    assertThrows(KeyringFormatException.class, () -> StarfishQr.read("a+b/"));
  }

  @Test
  void theHonestBundleIsInstalled() throws Exception {
    StarfishCapCert certificate = install(bundle(), NOW);
    assertEquals(
        Starfish.JSON.valueToTree(file.required("bundle").required("capCert")),
        Starfish.JSON.readTree(certificate.write()));
    assertEquals(signer(root), certificate.issuer());
    assertEquals(signer(device), certificate.subject());
    assertEquals(recipient(device), certificate.subjectKey());
    assertEquals(BEGIN, certificate.notBefore());
    assertEquals(END, certificate.expires());
    assertEquals(
        text(file.required("bundle").required("capCert"), "issUserId"),
        StarfishCapCert.userIdOf(signer(root)));
    assertEquals(file.required("bundle"), Starfish.JSON.readTree(bundle().write()));
  }

  /** What each case of the file does to an honest installation, and why it is refused. */
  private static final Map<String, Reason> REFUSED =
      Map.of(
          "cap-tampered", Reason.NOT_SIGNED,
          "other-root", Reason.OTHER_ROOT,
          "no-pin", Reason.OTHER_ROOT,
          "other-device", Reason.OTHER_DEVICE,
          "wrong-nonce", Reason.OTHER_PAIRING,
          "expired", Reason.NOT_NOW,
          "wrapped-cek-tampered", Reason.OTHER_KEY,
          "wrapped-cek-substituted", Reason.OTHER_KEY,
          "wrapped-cek-added", Reason.OTHER_COLLECTIONS,
          "wrapped-cek-removed", Reason.OTHER_COLLECTIONS);

  /** Those that the real client takes. */
  private static final Set<String> TAKEN =
      Set.of("wrapped-cek-substituted", "wrapped-cek-added", "wrapped-cek-removed");

  @TestFactory
  Stream<DynamicTest> negatives() {
    return stream(file.required("negative"))
        .map(c -> DynamicTest.dynamicTest(text(c, "name"), () -> negative(c)));
  }

  private void negative(JsonNode c) throws Exception {
    String name = text(c, "name");
    assertEquals(TAKEN.contains(name), c.required("realClient").required("ok").booleanValue());
    StarfishBundle bundle = StarfishBundle.read(bytes(c.required("bundle")));
    Instant now = name.equals("expired") ? END.plusSeconds(301) : NOW;
    try (DeviceIdentity mallory = identity("mallory")) {
      DeviceIdentity who = name.equals("other-device") ? mallory : device;
      Signer pinned =
          switch (name) {
            case "other-root" -> signer(mallory);
            case "no-pin" -> null;
            default -> signer(root);
          };
      StarfishNewDevice asked = name.equals("wrong-nonce") ? StarfishNewDevice.of(device) : asked();
      assertRefused(
          REFUSED.get(name), () -> bundle.install(who, asked, pinned, List.of(keyring), now));
    }
  }

  @Test
  void everyCaseOfTheFileIsKnown() {
    Set<String> names = new HashSet<>();
    stream(file.required("negative")).forEach(c -> names.add(text(c, "name")));
    assertEquals(REFUSED.keySet(), names);
  }

  @Test
  void theTimesToTheSecond() throws Exception {
    StarfishBundle bundle = bundle();
    install(bundle, BEGIN.minusSeconds(300));
    install(bundle, END.plusSeconds(300));
    assertRefused(Reason.NOT_NOW, () -> install(bundle, BEGIN.minusSeconds(301)));
    assertRefused(Reason.NOT_NOW, () -> install(bundle, END.plusSeconds(301)));
  }

  /** No key is taken on the word of the bundle: not without a keyring, nor by another's. */
  @Test
  void aKeyNeedsTheKeyringOfItsCollection() throws Exception {
    assertRefused(
        Reason.OTHER_KEY, () -> bundle().install(device, asked(), signer(root), List.of(), NOW));
    try (Keyring other = own("other", device);
        Keyring same = own(NOTES, device)) {
      for (Keyring wrong : List.of(other, same)) {
        assertRefused(
            Reason.OTHER_KEY,
            () -> bundle().install(device, asked(), signer(root), List.of(wrong), NOW));
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> bundle().install(device, asked(), signer(root), List.of(keyring, same), NOW));
    }
  }

  private int stores;

  /** A keyring that a device has made for itself. */
  private Keyring own(String collection, DeviceIdentity maker) throws Exception {
    TrustStore store = FileTrustStore.at(folder.resolve("store" + stores++));
    return Keyring.create(collection, maker, store).published();
  }

  /** The epoch of a key is what the keyring says, too. */
  @Test
  void anotherEpochIsRefused() throws Exception {
    for (int epoch : new int[] {1, 3}) {
      ObjectNode altered = object(file, "bundle").deepCopy();
      object(object(altered, "wrappedCEKs"), NOTES).put("epoch", epoch);
      StarfishBundle bundle = StarfishBundle.read(bytes(altered));
      assertRefused(Reason.OTHER_KEY, () -> install(bundle, NOW));
    }
  }

  @Test
  void membersThatAreNotKnownAreSignedToo() throws Exception {
    ObjectNode more = object(file, "bundle").deepCopy();
    object(more, "capCert").put("note", "more");
    StarfishBundle bundle = StarfishBundle.read(bytes(more));
    assertRefused(Reason.NOT_SIGNED, () -> install(bundle, NOW));
    String signed = text(file, "capCertSignedText").replace("\"nbf\"", "\"more\":1,\"nbf\"");
    ObjectNode unsigned = (ObjectNode) Starfish.JSON.readTree(signed.split("\n", 2)[1]);
    assertEquals(1, unsigned.required("more").intValue());
    byte[] signature = root.keys().signing().sign(signed.getBytes(UTF_8));
    unsigned.put("sig", Base64.getEncoder().encodeToString(signature));
    StarfishCapCert.read(bytes(unsigned)).verify(signer(root), NOW);
  }

  @Test
  void whatIsNoCertificateForADevice() throws Exception {
    ObjectNode good = object(object(file, "bundle"), "capCert");
    for (ObjectNode bad :
        List.of(
            good.deepCopy().put("v", 2),
            good.deepCopy().put("kind", "member"),
            good.deepCopy().put("issUserId", "00".repeat(16)),
            good.deepCopy().put("subUserId", "00".repeat(16)),
            good.deepCopy().put("exp", good.required("nbf").longValue()),
            good.deepCopy().put("exp", 1.5e9 + 0.5),
            good.deepCopy().put("nonce", "AAAA"),
            good.deepCopy().put("sig", "AAAA"),
            good.deepCopy().<ObjectNode>set("aud", Starfish.JSON.createArrayNode()),
            good.deepCopy().<ObjectNode>set("scope", scope("delete")),
            good.deepCopy().without("sub"))) {
      assertThrows(KeyringFormatException.class, () -> StarfishCapCert.read(bytes(bad)));
    }
  }

  private static ObjectNode scope(String operation) {
    ObjectNode scope = Starfish.JSON.createObjectNode();
    scope.putArray("ops").add(operation);
    scope.putArray("collections").add(NOTES);
    return scope;
  }

  @Test
  void aBundleNamesItsIssuerAndItsPairing() throws Exception {
    ObjectNode good = object(file, "bundle");
    try (DeviceIdentity mallory = identity("mallory")) {
      for (ObjectNode bad :
          List.of(
              good.deepCopy().put("rootEdPub", signer(mallory).key()),
              good.deepCopy().without("qrNonce"),
              good.deepCopy().put("v", 2))) {
        assertThrows(KeyringFormatException.class, () -> StarfishBundle.read(bytes(bad)));
      }
    }
  }

  /** Ours from its beginning: made by the root for a member of its keyrings. */
  @Test
  void ourOwnPairing() throws Exception {
    StarfishScope scope = StarfishScope.of(List.of("read"), List.of("one", "two"));
    TrustStore rootsTrust = FileTrustStore.at(folder.resolve("root"));
    TrustStore devicesTrust = FileTrustStore.at(folder.resolve("device"));
    StarfishNewDevice asking = StarfishNewDevice.of(device);
    String code = new StarfishQr(asking, scope).write();
    try (Shared one = new Shared("one", rootsTrust, devicesTrust);
        Shared two = new Shared("two", rootsTrust, devicesTrust)) {
      StarfishNewDevice scanned = StarfishQr.read(code).device();
      Instant begin = Instant.now();
      Duration life = Duration.ofDays(30);
      byte[] sent =
          StarfishBundle.assemble(root, scanned, scope, List.of(one.roots, two.roots), begin, life)
              .write();
      StarfishBundle bundle = StarfishBundle.read(sent);
      StarfishCapCert certificate =
          bundle.install(
              device, asking, signer(root), List.of(one.devices, two.devices), Instant.now());
      assertEquals(scope, certificate.scope());
      assertTrue(certificate.expires().isAfter(begin));
      assertRefused(
          Reason.OTHER_KEY,
          () -> bundle.install(device, asking, signer(root), List.of(one.devices), Instant.now()));
      assertThrows(
          IllegalArgumentException.class,
          () -> StarfishBundle.assemble(root, scanned, scope, List.of(one.roots), begin, life));
      everyCollection(asking, one, two);
    }
  }

  /** With a scope for all collections, a key is vouched for by a keyring just the same. */
  private void everyCollection(StarfishNewDevice asking, Shared one, Shared two) throws Exception {
    StarfishScope all = StarfishScope.of(List.of("read"), List.of("*"));
    StarfishBundle bundle =
        StarfishBundle.assemble(
            root, asking, all, List.of(one.roots), Instant.now(), Duration.ofDays(1));
    bundle.install(device, asking, signer(root), List.of(one.devices), Instant.now());
    assertRefused(
        Reason.OTHER_KEY,
        () -> bundle.install(device, asking, signer(root), List.of(two.devices), Instant.now()));
  }

  /** A keyring of the root's with the device as a member, as both have opened it. */
  private final class Shared implements AutoCloseable {
    private final Keyring roots;
    private final Keyring devices;

    Shared(String collection, TrustStore rootsTrust, TrustStore devicesTrust) throws Exception {
      try (Keyring created = Keyring.create(collection, root, rootsTrust).published();
          KeyringChange added = created.add(recipient(device))) {
        byte[] document = added.document();
        roots = added.published();
        devicesTrust.pin(collection, signer(root));
        devices = Keyring.open(document, collection, device, devicesTrust);
      }
    }

    @Override
    public void close() {
      roots.close();
      devices.close();
    }
  }
}
