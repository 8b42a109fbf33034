package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.Starfish.bytes;
import static dev.e2ee.testvectors.keyring.Starfish.hex;
import static dev.e2ee.testvectors.keyring.Starfish.identity;
import static dev.e2ee.testvectors.keyring.Starfish.stream;
import static dev.e2ee.testvectors.keyring.Starfish.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.internal.keyring.Entry;
import dev.e2ee.keyring.AuthoredDocument;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.NoEpochKeyException.Reason;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import dev.e2ee.spi.SecretBytes;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code starfish-keyring.json}: who opens what, and every value on the way. */
class StarfishKeyringTest {
  private static final String COLLECTION = "notes";
  private static final Set<String> PEOPLE = Set.of("owner", "bob", "carol", "dave", "mallory");

  /** Why each one does not open what is sealed in epoch 1, or in epoch 2. */
  private static final Map<String, Reason> REFUSED =
      Map.of("carol", Reason.REMOVED, "dave", Reason.JOINED_LATER, "mallory", Reason.NOT_A_MEMBER);

  private static JsonNode file;

  @TempDir private Path folder;
  private TrustStore trust;

  @BeforeAll
  static void read() throws Exception {
    file = Starfish.file("starfish-keyring.json");
  }

  @BeforeEach
  void pinTheOwner() throws Exception {
    trust = pinned(folder);
  }

  private static TrustStore pinned(Path folder) throws Exception {
    TrustStore store = FileTrustStore.at(folder);
    store.pin(COLLECTION, owner());
    return store;
  }

  private static Signer owner() {
    return new Signer(text(file.required("identities").required("owner"), "edPub"));
  }

  private Keyring open(DeviceIdentity device) throws Exception {
    return Keyring.openWithoutHead(bytes(file.required("keyring")), COLLECTION, device, trust);
  }

  /** [keyring-4] [keyring-6] [keyring-14] [keyring-21] */
  @TestFactory
  Stream<DynamicTest> documents() {
    return stream(file.required("documents"))
        .flatMap(
            document ->
                PEOPLE.stream()
                    .map(
                        name ->
                            DynamicTest.dynamicTest(
                                name + " " + text(document, "name"),
                                () -> opensWhatTheRealClientOpens(document, name))));
  }

  private void opensWhatTheRealClientOpens(JsonNode document, String name) throws Exception {
    boolean expected =
        document.required("opensWithKeyring").required(name).required("ok").booleanValue();
    byte[] sealed = bytes(document.required("document"));
    try (DeviceIdentity device = identity(name)) {
      if (expected) {
        try (Keyring keyring = open(device)) {
          assertArrayEquals(
              hex(document, "plaintextUtf8Hex"), keyring.cipher().openDocument(sealed));
        }
      } else {
        NoEpochKeyException e =
            assertThrows(
                NoEpochKeyException.class,
                () -> {
                  try (Keyring keyring = open(device)) {
                    keyring.cipher().openDocument(sealed);
                  }
                });
        assertEquals(REFUSED.get(name), e.reason());
      }
    }
  }

  @Test
  void aMemberThatWillBeRemovedStillOpens() throws Exception {
    JsonNode document = file.required("documents").required(0);
    try (DeviceIdentity carol = identity("carol");
        Keyring keyring =
            Keyring.openWithoutHead(
                bytes(file.required("keyringBeforeRotation")), COLLECTION, carol, trust)) {
      assertArrayEquals(
          hex(document, "plaintextUtf8Hex"),
          keyring.cipher().openDocument(bytes(document.required("document"))));
    }
  }

  /** [keyring-5] [keyring-6] [keyring-7] */
  @TestFactory
  Stream<DynamicTest> entries() {
    return stream(file.required("wraps"))
        .map(
            wrap ->
                DynamicTest.dynamicTest(
                    wrap.required("epoch") + " " + text(wrap, "recipient"), () -> entry(wrap)));
  }

  private static void entry(JsonNode wrap) throws Exception {
    Entry entry = Entry.read(JsonReader.read(bytes(wrap.required("entry"))));
    int epoch = wrap.required("epoch").intValue();
    try (DeviceIdentity recipient = identity(text(wrap, "recipient"));
        DeviceIdentity adder = identity(text(wrap, "adder"));
        SecretBytes cek = entry.unwrap(recipient.keys())) {
      assertArrayEquals(hex(wrap, "cek"), cek.copy());
      assertTrue(entry.isSigned(recipient.keys().engine(), epoch));
      assertTrue(!entry.isSigned(recipient.keys().engine(), epoch + 1));
      // Ed25519 has one signature of a text: so ours is theirs.
      assertArrayEquals(
          Base64.getDecoder().decode(text(wrap.required("entry"), "addedSig")),
          adder.keys().signing().sign(text(wrap, "signedText").getBytes(UTF_8)));
    }
  }

  @TestFactory
  Stream<DynamicTest> blobs() {
    return stream(file.required("blobs"))
        .map(blob -> DynamicTest.dynamicTest(text(blob, "name"), () -> blob(blob)));
  }

  private void blob(JsonNode blob) throws Exception {
    String path = blob.required("aad").isNull() ? "" : text(blob, "aad");
    try (DeviceIdentity owner = identity("owner");
        Keyring keyring = open(owner)) {
      assertArrayEquals(
          hex(blob, "plaintextHex"), keyring.cipher().openBlob(hex(blob, "blobHex"), path));
      assertThrows(
          AEADBadTagException.class,
          () -> keyring.cipher().openBlob(hex(blob, "blobHex"), path + "x"));
    }
  }

  /** [keyring-22] */
  @TestFactory
  Stream<DynamicTest> authors() {
    return stream(file.required("docAuthor"))
        .map(signed -> DynamicTest.dynamicTest(text(signed, "document"), () -> author(signed)));
  }

  private void author(JsonNode signed) throws Exception {
    JsonNode document =
        stream(file.required("documents"))
            .filter(d -> text(d, "name").equals(text(signed, "document")))
            .findFirst()
            .orElseThrow();
    AuthoredDocument authored =
        AuthoredDocument.of(
            bytes(document.required("document")),
            new Signer(text(signed, "authorPubkey")),
            Base64.getDecoder().decode(text(signed, "authorSignature")));
    String path = text(signed, "documentKey");
    try (DeviceIdentity owner = identity("owner");
        Keyring keyring = open(owner)) {
      assertArrayEquals(
          hex(document, "plaintextUtf8Hex"),
          keyring.cipher().openDocument(authored, path, Set.of(owner())));
      assertThrows(
          AEADBadTagException.class,
          () -> keyring.cipher().openDocument(authored, path + "2", Set.of(owner())));
      Signer bob = new Signer(text(file.required("identities").required("bob"), "edPub"));
      assertThrows(
          AEADBadTagException.class,
          () -> keyring.cipher().openDocument(authored, path, Set.of(bob)));
    }
  }

  /** [keyring-9] */
  @Test
  void withoutAPinNothingIsOpened() throws Exception {
    try (DeviceIdentity owner = identity("owner")) {
      KeyringRefusedException e =
          assertThrows(
              KeyringRefusedException.class,
              () ->
                  Keyring.openWithoutHead(
                      bytes(file.required("keyring")), "another collection", owner, trust));
      assertEquals(KeyringRefusedException.Reason.NOTHING_PINNED, e.reason());
    }
  }
}
