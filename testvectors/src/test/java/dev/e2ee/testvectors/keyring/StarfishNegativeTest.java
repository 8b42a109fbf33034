package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.Starfish.bytes;
import static dev.e2ee.testvectors.keyring.Starfish.stream;
import static dev.e2ee.testvectors.keyring.Starfish.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.keyring.AuthoredDocument;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code starfish-negative.json}: what the real client refuses is refused; of what it accepts, what
 * is honest is accepted and each attack is refused, by name.
 */
class StarfishNegativeTest {
  private static final String COLLECTION = "notes";

  /** What the real client accepts, and anybody honest could have made. */
  private static final Set<String> HONEST =
      Set.of(
          "tampered-wrap-old-epoch-current-doc", // the document is; an old entry is damaged
          "untrusted-adder-trusted-by-caller",
          "second-adder",
          "duplicate-subKem-other-recipient",
          "createdAt-changed",
          "unknown-fields");

  /** What the real client accepts out of leniency; it writes none of it. */
  private static final Set<String> LENIENT =
      Set.of(
          "epoch-absent",
          "epoch-as-string",
          "document-base64-no-padding",
          "document-base64-whitespace",
          "version-2",
          "epoch-key-with-leading-zero",
          "epoch-key-with-suffix",
          "cek-16-bytes");

  /** What the real client accepts, and is refused by who has seen the keyring before. */
  private static final Map<String, Reason> BY_MEMORY =
      Map.of(
          "cross-collection-keyring", Reason.OTHER_KEY,
          "cross-collection-entry", Reason.OTHER_KEY);

  /** The server says epoch 1 and has epoch 2 in the same document. */
  private static final Set<String> HALF_ROLLED_BACK =
      Set.of("rollback-without-minEpoch", "rollback-removed-member-reads-new-document");

  private static final String SWAPPED = "document-swapped-between-paths";

  private static JsonNode cases;

  @TempDir private Path folder;

  @BeforeAll
  static void read() throws Exception {
    cases = Starfish.file("starfish-negative.json").required("cases");
  }

  private static boolean isAccepted(JsonNode c) {
    return c.required("realClient").required("ok").booleanValue();
  }

  private static Stream<JsonNode> accepted() {
    return stream(cases).filter(StarfishNegativeTest::isAccepted);
  }

  private static JsonNode named(String name) {
    return stream(cases).filter(c -> text(c, "name").equals(name)).findFirst().orElseThrow();
  }

  @Test
  void everyCaseThatTheRealClientAcceptsHasItsPlace() {
    Set<String> placed = new TreeSet<>(HONEST);
    placed.addAll(LENIENT);
    placed.addAll(BY_MEMORY.keySet());
    placed.addAll(HALF_ROLLED_BACK);
    placed.add(SWAPPED);
    assertEquals(
        placed,
        accepted().map(c -> text(c, "name")).collect(Collectors.toCollection(TreeSet::new)));
    assertEquals(50, cases.size());
  }

  private DeviceIdentity device(JsonNode c) throws Exception {
    JsonNode person =
        Starfish.file("starfish-keyring.json")
            .required("identities")
            .required(text(c, "recipient"));
    return Starfish.identity(
        text(c, "recipient"),
        text(c, "kemPub"),
        text(c, "kemPriv"),
        Starfish.hex(person, "edPub"),
        Starfish.hex(person, "edPriv"));
  }

  private TrustStore trust(JsonNode c) throws IOException {
    TrustStore trust = FileTrustStore.at(folder.resolve(text(c, "name")));
    for (JsonNode adder : c.required("trustedAdders")) {
      trust.pin(COLLECTION, new Signer(adder.textValue()));
    }
    return trust;
  }

  /** Does what the case's caller did; an exception is a refusal. */
  private void attempt(JsonNode c, TrustStore trust) throws Exception {
    try (DeviceIdentity device = device(c);
        Keyring keyring =
            Keyring.openWithoutHead(bytes(c.required("keyring")), COLLECTION, device, trust)) {
      assertFalse(keyring.epochs().isEmpty());
      if (c.hasNonNull("document")) {
        byte[] opened = keyring.cipher().openDocument(bytes(c.required("document")));
        assertEquals(c.required("realClient").get("plaintext"), Starfish.JSON.readTree(opened));
      }
    }
  }

  private static boolean isRefusal(Exception e) {
    return e instanceof KeyringFormatException
        || e instanceof KeyringRefusedException
        || e instanceof NoEpochKeyException
        || e instanceof AEADBadTagException
        || e instanceof java.security.InvalidKeyException // of the device
        || e instanceof IllegalArgumentException; // a key's text
  }

  private Exception refused(JsonNode c, TrustStore trust) {
    Exception e = assertThrows(Exception.class, () -> attempt(c, trust));
    assertTrue(isRefusal(e), () -> text(c, "name") + ": " + e);
    return e;
  }

  @TestFactory
  Stream<DynamicTest> whatTheRealClientRefuses() {
    return stream(cases)
        .filter(c -> !isAccepted(c))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    text(c, "name"),
                    () -> {
                      TrustStore trust = trust(c);
                      if (c.hasNonNull("minEpoch")) {
                        seeTheHonestOne(c, trust);
                      }
                      refused(c, trust);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> whatIsHonestIsAccepted() {
    return HONEST.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> attempt(named(name), trust(named(name)))));
  }

  /** [keyring-3] [keyring-4] [keyring-7] [keyring-21] */
  @TestFactory
  Stream<DynamicTest> whatIsLooseIsMalformed() {
    return malformed(LENIENT);
  }

  /** [keyring-4] */
  @TestFactory
  Stream<DynamicTest> anEpochThatIsNotTheLastIsNotTheCurrentOne() {
    return malformed(HALF_ROLLED_BACK);
  }

  private Stream<DynamicTest> malformed(Set<String> names) {
    return names.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        assertThrows(
                            KeyringFormatException.class,
                            () -> attempt(named(name), trust(named(name))))));
  }

  private void seeTheHonestOne(JsonNode c, TrustStore trust) throws Exception {
    JsonNode honest =
        c.hasNonNull("intendedKeyringOfB")
            ? c.required("intendedKeyringOfB")
            : Starfish.file("starfish-keyring.json").required("keyring");
    try (DeviceIdentity owner = Starfish.identity("owner");
        Keyring keyring = Keyring.openWithoutHead(bytes(honest), COLLECTION, owner, trust)) {
      assertTrue(keyring.epoch() > 0);
    }
  }

  /** [keyring-15] */
  @TestFactory
  Stream<DynamicTest> whoHasSeenItIsNotFooled() {
    return BY_MEMORY.entrySet().stream()
        .map(
            expected ->
                DynamicTest.dynamicTest(
                    expected.getKey(),
                    () -> {
                      JsonNode c = named(expected.getKey());
                      TrustStore trust = trust(c);
                      seeTheHonestOne(c, trust);
                      // The one who would seal with it is the owner, whoever reads it afterwards.
                      try (DeviceIdentity owner = Starfish.identity("owner")) {
                        KeyringRefusedException e =
                            assertThrows(
                                KeyringRefusedException.class,
                                () ->
                                    Keyring.openWithoutHead(
                                        bytes(c.required("keyring")), COLLECTION, owner, trust));
                        assertEquals(expected.getValue(), e.reason());
                      }
                    }));
  }

  /** The whole old document comes back, as it was. [keyring-15] */
  @Test
  void anOldKeyringIsRefused() throws Exception {
    JsonNode file = Starfish.file("starfish-keyring.json");
    JsonNode c = named("rollback-with-minEpoch");
    TrustStore trust = trust(c);
    seeTheHonestOne(c, trust);
    try (DeviceIdentity owner = Starfish.identity("owner")) {
      KeyringRefusedException e =
          assertThrows(
              KeyringRefusedException.class,
              () ->
                  Keyring.openWithoutHead(
                      bytes(file.required("keyringBeforeRotation")), COLLECTION, owner, trust));
      assertEquals(Reason.ROLLBACK, e.reason());
    }
  }

  /** The server drops somebody else's entry, which the real client cannot see. [keyring-15] */
  @Test
  void anEntryThatIsGoneIsMissed() throws Exception {
    JsonNode c = named("entry-dropped-by-server");
    TrustStore trust = trust(c);
    seeTheHonestOne(c, trust);
    JsonNode keyring = c.required("keyring").deepCopy();
    JsonNode honest = Starfish.file("starfish-keyring.json").required("keyring").deepCopy();
    ((com.fasterxml.jackson.databind.node.ArrayNode)
            honest.required("epochs").required("2").required("wrappedKeys"))
        .remove(2);
    try (DeviceIdentity owner = Starfish.identity("owner")) {
      for (JsonNode dropped : new JsonNode[] {keyring, honest}) {
        KeyringRefusedException e =
            assertThrows(
                KeyringRefusedException.class,
                () -> Keyring.openWithoutHead(bytes(dropped), COLLECTION, owner, trust));
        assertEquals(Reason.DROPPED_ENTRY, e.reason());
      }
    }
  }

  /** [keyring-22] */
  @Test
  void aSwappedDocumentIsNotByItsAuthorAtThisPath() throws Exception {
    JsonNode c = named(SWAPPED);
    JsonNode file = Starfish.file("starfish-keyring.json");
    attempt(c, trust(c)); // nothing tells it, when no author is asked for
    JsonNode signed = file.required("docAuthor").required(0);
    Signer author = new Signer(text(signed, "authorPubkey"));
    byte[] signature = java.util.Base64.getDecoder().decode(text(signed, "authorSignature"));
    AuthoredDocument swapped =
        AuthoredDocument.of(bytes(c.required("document")), author, signature);
    try (DeviceIdentity device = device(c);
        Keyring keyring =
            Keyring.openWithoutHead(bytes(c.required("keyring")), COLLECTION, device, trust(c))) {
      assertThrows(
          AEADBadTagException.class,
          () ->
              keyring.cipher().openDocument(swapped, text(signed, "documentKey"), Set.of(author)));
    }
  }
}
