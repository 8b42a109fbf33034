package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.RealClient.task;
import static dev.e2ee.testvectors.keyring.Starfish.bytes;
import static dev.e2ee.testvectors.keyring.Starfish.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.interop.starfish.StarfishBundle;
import dev.e2ee.interop.starfish.StarfishCapCert;
import dev.e2ee.interop.starfish.StarfishIdentity;
import dev.e2ee.interop.starfish.StarfishNewDevice;
import dev.e2ee.interop.starfish.StarfishPassphrase;
import dev.e2ee.interop.starfish.StarfishQr;
import dev.e2ee.interop.starfish.StarfishRelay;
import dev.e2ee.interop.starfish.StarfishRelayCode;
import dev.e2ee.interop.starfish.StarfishScope;
import dev.e2ee.interop.starfish.StarfishSealed;
import dev.e2ee.keyring.AuthoredDocument;
import dev.e2ee.keyring.CollectionCipher;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import dev.e2ee.testvectors.keyring.RealClient.Person;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the real Starfish client and we send each other beside keyrings, both ways: pairings, sealed
 * envelopes, authored documents, and what comes of a passphrase. [keyring-22]
 */
@Tag("once")
class StarfishRealMessagesTest {
  /** With what canonical JSON has rules for. */
  private static final String NOTES = "n\u00f6tes \"\ud83d\ude00\"";

  private static final String PATH = "notes/1/\u00e4\ud83d\ude00";

  private static final StarfishScope SCOPE =
      new StarfishScope(
          List.of("write", "read"), List.of(NOTES), Optional.of(List.of("**", "!\u2028/\\")));

  @TempDir private Path folder;
  private RealClient client;
  private List<Person> people;
  private Person root;
  private Person device;
  private StarfishNewDevice asked;
  private Keyring roots;
  private Keyring devices;
  private JsonNode document;

  @BeforeEach
  void start() throws Exception {
    client = RealClient.orSkip(folder);
    people = client.people(3);
    root = people.get(0);
    device = people.get(1);
    asked = StarfishNewDevice.of(device.device());
    TrustStore trust = FileTrustStore.at(folder.resolve("device"));
    trust.pin(NOTES, root.signer());
    try (Keyring created =
            Keyring.create(NOTES, root.device(), FileTrustStore.at(folder.resolve("root")))
                .published();
        KeyringChange added = created.add(device.recipient())) {
      byte[] keyring = added.document();
      document = Starfish.JSON.readTree(keyring);
      roots = added.published();
      devices = Keyring.open(keyring, NOTES, device.device(), trust);
    }
  }

  @AfterEach
  void end() {
    if (people != null) {
      people.forEach(Person::close);
      roots.close();
      devices.close();
    }
  }

  private static JsonNode scope() {
    ObjectNode scope = Starfish.JSON.createObjectNode();
    scope.set("ops", Starfish.JSON.valueToTree(SCOPE.operations()));
    scope.set("collections", Starfish.JSON.valueToTree(SCOPE.collections()));
    scope.set("paths", Starfish.JSON.valueToTree(SCOPE.paths().orElseThrow()));
    return scope;
  }

  /** The same text: it is canonical. */
  @Test
  void codesBothWays() throws Exception {
    String ours = new StarfishQr(asked, SCOPE).write();
    List<JsonNode> values =
        client.values(
            List.of(
                task("writeQr", "device", device.keys(), "scope", scope(), "nonce", asked.nonce()),
                task("readQr", "qr", ours)));
    assertEquals(ours, values.get(0).textValue());
    assertEquals(new StarfishQr(asked, SCOPE), StarfishQr.read(values.get(0).textValue()));
    assertEquals(asked.signer().key(), text(values.get(1), "devEdPub"));
    assertEquals(asked.recipient().key(), text(values.get(1), "devKemPub"));
    assertEquals(asked.nonce(), text(values.get(1), "qrNonce"));
    assertEquals(scope(), values.get(1).required("requestedScope"));
  }

  private StarfishBundle ours() throws Exception {
    return StarfishBundle.assemble(
        root.device(), asked, SCOPE, List.of(roots), Instant.now(), Duration.ofDays(30));
  }

  private ObjectNode install(JsonNode bundle, Person who, String nonce, Person pinned)
      throws Exception {
    return task(
        "install",
        "bundle",
        bundle,
        "device",
        who.keys(),
        "nonce",
        nonce,
        "root",
        pinned.signer().key());
  }

  @Test
  void ourBundleIsInstalledThere() throws Exception {
    JsonNode bundle = Starfish.JSON.readTree(ours().write());
    List<JsonNode> values =
        client.values(
            List.of(
                install(bundle, device, asked.nonce(), root),
                task("cek", "keyring", document, "device", device.keys())));
    JsonNode installed = values.get(0);
    assertEquals(StarfishCapCert.userIdOf(root.signer()), text(installed, "userId"));
    JsonNode key = installed.required("keys").required(NOTES);
    assertEquals(roots.epoch(), key.required("epoch").intValue());
    assertEquals(values.get(1).textValue(), text(key, "cek"));
    StarfishNewDevice again = StarfishNewDevice.of(device.device());
    assertEquals(
        3,
        client
            .refusals(
                List.of(
                    install(bundle, people.get(2), asked.nonce(), root),
                    install(bundle, device, again.nonce(), root),
                    install(bundle, device, asked.nonce(), people.get(2))))
            .size());
  }

  private JsonNode theirs() throws Exception {
    JsonNode parsed = client.value(task("readQr", "qr", new StarfishQr(asked, SCOPE).write()));
    return client.value(
        task(
            "assemble",
            "device",
            root.keys(),
            "asked",
            parsed,
            "scope",
            scope(),
            "keyringsByName",
            Map.of(NOTES, document)));
  }

  @Test
  void theirBundleIsInstalledHere() throws Exception {
    JsonNode bundle = theirs();
    StarfishBundle read = StarfishBundle.read(bytes(bundle));
    StarfishCapCert certificate = install(read);
    assertEquals(SCOPE, certificate.scope());
    assertEquals(bundle.required("capCert"), Starfish.JSON.readTree(certificate.write()));
  }

  private StarfishCapCert install(StarfishBundle bundle) throws Exception {
    return bundle.install(device.device(), asked, root.signer(), List.of(devices), Instant.now());
  }

  /** We ask and the real client answers. */
  @Test
  void theyAnswerOurRequest() throws Exception {
    try (StarfishRelayCode code = StarfishRelayCode.generate()) {
      String told = new String(code.text());
      JsonNode request =
          Starfish.JSON.readTree(StarfishRelay.request(device.device(), asked, code));
      List<JsonNode> values =
          client.values(
              List.of(
                  task("readRequest", "message", request, "code", told),
                  task(
                      "writeResponse",
                      "bundle",
                      theirs(),
                      "code",
                      told,
                      "nonce",
                      text(request, "requestNonce"))));
      assertEquals(asked.signer().key(), text(values.get(0), "devEdPub"));
      assertEquals(asked.recipient().key(), text(values.get(0), "devKemPub"));
      assertEquals(
          SCOPE, install(StarfishRelay.openResponse(bytes(values.get(1)), asked, code)).scope());
      String refusal =
          client
              .refusals(List.of(task("readRequest", "message", request, "code", told + "x")))
              .get(0);
      assertFalse(refusal.isEmpty());
    }
  }

  /** The real client asks, with the 6 digits that it draws, and we answer. */
  @Test
  void weAnswerTheirRequest() throws Exception {
    String told = "042917";
    try (StarfishRelayCode code = StarfishRelayCode.of(told.toCharArray())) {
      JsonNode request =
          client.value(
              task("writeRequest", "device", device.keys(), "code", told, "nonce", asked.nonce()));
      assertEquals(asked, StarfishRelay.openRequest(bytes(request), code));
      JsonNode response =
          Starfish.JSON.readTree(StarfishRelay.responseInsecurely(ours(), asked, code));
      JsonNode bundle = client.value(task("readResponse", "message", response, "code", told));
      JsonNode installed = client.value(install(bundle, device, asked.nonce(), root));
      assertEquals(StarfishCapCert.userIdOf(root.signer()), text(installed, "userId"));
    }
  }

  /** ASCII, and what NFC composes. */
  @ParameterizedTest
  @ValueSource(strings = {"correct horse battery staple", "Passwo\u0308rter \u212b\ud83d\ude00"})
  void aPassphraseIsTheSameIdentity(String passphrase) throws Exception {
    JsonNode theirs = client.value(task("root", "passphrase", passphrase));
    try (DeviceIdentity ours = StarfishIdentity.fromPassphrase(passphrase.toCharArray(), "phone")) {
      JsonNode keys = theirs.required("keys");
      assertEquals(text(keys, "edPub"), Starfish.HEX.formatHex(ours.publicKeys().signingKey()));
      assertEquals(text(keys, "kemPub"), Starfish.HEX.formatHex(ours.publicKeys().agreementKey()));
      assertEquals(text(theirs, "userId"), StarfishCapCert.userIdOf(Signer.of(ours.publicKeys())));
    }
  }

  @Test
  void authorsAreVerifiedBothWays() throws Exception {
    byte[] plain = "{\"n\":1.50,\"\ud83d\ude00\":\"\ue000\"}".getBytes(UTF_8);
    CollectionCipher cipher = devices.cipher();
    AuthoredDocument signed = cipher.sealDocument(plain, PATH);
    ObjectNode verify =
        task(
            "verifyAuthor",
            "path",
            PATH,
            "document",
            Starfish.JSON.readTree(signed.document()),
            "author",
            signed.author().key(),
            "signature",
            Base64.getEncoder().encodeToString(signed.signature()));
    JsonNode sealed = Starfish.JSON.readTree(cipher.sealDocument(plain));
    List<JsonNode> values =
        client.values(
            List.of(
                verify,
                verify.deepCopy().put("path", PATH + "x"),
                task("signAuthor", "path", PATH, "document", sealed, "device", device.keys())));
    assertTrue(values.get(0).booleanValue());
    assertFalse(values.get(1).booleanValue());
    AuthoredDocument theirs =
        AuthoredDocument.of(
            bytes(sealed),
            new Signer(text(values.get(2), "authorPubkey")),
            Base64.getDecoder().decode(text(values.get(2), "authorSignature")));
    assertArrayEquals(plain, cipher.openDocument(theirs, PATH, Set.of(device.signer())));
  }

  @Test
  void sealedEnvelopesBothWays() throws Exception {
    byte[] plain = {0, 1, (byte) 200};
    String encoded = Base64.getEncoder().encodeToString(plain);
    String context = "invite:\u00e4\ud83d\ude00";
    JsonNode bare =
        Starfish.JSON.readTree(StarfishSealed.seal(plain, device.recipient(), root.device()));
    JsonNode bound =
        Starfish.JSON.readTree(
            StarfishSealed.seal(plain, device.recipient(), root.device(), context));
    ObjectNode seal =
        task(
            "seal", "bytes", encoded, "recipient", device.recipient().key(), "device", root.keys());
    List<JsonNode> values =
        client.values(
            List.of(
                unseal(bare, device, root),
                unseal(bound, device, root).put("aad", context),
                seal,
                seal.deepCopy().put("aad", context)));
    assertEquals(encoded, values.get(0).textValue());
    assertEquals(encoded, values.get(1).textValue());
    assertArrayEquals(
        plain, StarfishSealed.open(bytes(values.get(2)), device.device(), root.signer()));
    assertArrayEquals(
        plain, StarfishSealed.open(bytes(values.get(3)), device.device(), root.signer(), context));
    assertEquals(
        4,
        client
            .refusals(
                List.of(
                    unseal(bare, people.get(2), root),
                    unseal(bare, device, people.get(2)),
                    unseal(bound, device, root),
                    unseal(bound, device, root).put("aad", context + "x")))
            .size());
  }

  private static ObjectNode unseal(JsonNode blob, Person who, Person sealer) throws Exception {
    return task("unseal", "blob", blob, "device", who.keys(), "sealer", sealer.signer().key());
  }

  @Test
  void envelopesUnderAPassphrase() throws Exception {
    String passphrase = "Passwo\u0308rter";
    byte[] plain = {1, 2, (byte) 200};
    String encoded = Base64.getEncoder().encodeToString(plain);
    JsonNode ours =
        Starfish.JSON.readTree(StarfishPassphrase.seal(plain, passphrase.toCharArray()));
    List<JsonNode> values =
        client.values(
            List.of(
                task("openPassphrase", "passphrase", passphrase, "envelope", ours),
                task("sealPassphrase", "passphrase", passphrase, "bytes", encoded)));
    assertEquals(encoded, values.get(0).textValue());
    ObjectNode theirs = (ObjectNode) values.get(1);
    assertArrayEquals(
        plain, StarfishPassphrase.open(bytes(theirs), "Passw\u00f6rter".toCharArray()));
    assertThrows(
        AEADBadTagException.class,
        () -> StarfishPassphrase.open(bytes(theirs), "Passworter".toCharArray()));
    client.refusals(
        List.of(task("openPassphrase", "passphrase", passphrase + "x", "envelope", ours)));
    ObjectNode cheaper = theirs.deepCopy();
    Starfish.object(cheaper, "kdf").put("memKiB", 19_456);
    for (ObjectNode bad :
        List.of(cheaper, theirs.deepCopy().put("v", 2), theirs.deepCopy().put("enc", "none"))) {
      assertThrows(
          KeyringFormatException.class,
          () -> StarfishPassphrase.open(bytes(bad), passphrase.toCharArray()));
    }
  }
}
