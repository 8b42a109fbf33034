package dev.e2ee.testvectors.keyring;

import static dev.e2ee.testvectors.keyring.Starfish.HEX;
import static dev.e2ee.testvectors.keyring.Starfish.JSON;
import static dev.e2ee.testvectors.keyring.Starfish.hex;
import static dev.e2ee.testvectors.keyring.Starfish.stream;
import static dev.e2ee.testvectors.keyring.Starfish.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.internal.json.JsonSyntaxException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.keyring.AuthoredDocument;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.CollectionTrust.SeenEpoch;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.OwnVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Our vectors of {@code testvectors/spec/keyring.md}, made by a program that shares no code. */
class KeyringVectorTest {
  private static final Set<String> TYPES =
      Set.of(
          "CanonicalJson", "Keyring", "KeyringDocument", "KeyringAuthoredDocument", "KeyringBlob");

  @TempDir private Path folder;

  private interface Check {
    void of(JsonNode keys, JsonNode vector) throws Exception;
  }

  private interface Opening {
    byte[] from(Keyring keyring) throws Exception;
  }

  private static JsonNode file() throws IOException {
    return JSON.readTree(OwnVectors.read("keyring.json"));
  }

  private static Stream<DynamicTest> tests(String type, Check check) throws IOException {
    return stream(file().required("testGroups"))
        .filter(group -> text(group, "type").equals(type))
        .flatMap(
            group ->
                stream(group.required("tests"))
                    .map(
                        v ->
                            DynamicTest.dynamicTest(
                                v.required("tcId") + " " + text(v, "comment"),
                                () -> check.of(group.required("keys"), v))));
  }

  private static boolean isValid(JsonNode v) {
    return text(v, "result").equals("valid");
  }

  private static byte[] utf8(JsonNode v, String member) {
    return text(v, member).getBytes(UTF_8);
  }

  @Test
  void nothingIsLeftOut() throws IOException {
    int tests = 0;
    for (JsonNode group : file().required("testGroups")) {
      assertTrue(TYPES.contains(text(group, "type")), text(group, "type"));
      tests += group.required("tests").size();
    }
    assertEquals(file().required("numberOfTests").intValue(), tests);
  }

  /** [keyring-1] [keyring-2] */
  @TestFactory
  Stream<DynamicTest> json() throws IOException {
    return tests(
        "CanonicalJson",
        (keys, v) -> {
          if (isValid(v)) {
            Json read = JsonReader.read(hex(v, "json"));
            assertEquals(text(v, "canonical"), HEX.formatHex(CanonicalJson.of(read)));
            assertEquals(
                read instanceof Json.Members || read instanceof Json.Elements,
                JsonReader.isContainer(hex(v, "json")));
          } else {
            assertThrows(JsonSyntaxException.class, () -> JsonReader.isContainer(hex(v, "json")));
            assertThrows(JsonSyntaxException.class, () -> JsonReader.read(hex(v, "json")));
          }
        });
  }

  /** A name may be as long as the text that has it. [keyring-2] */
  @Test
  void longNames() throws Exception {
    byte[] json = ("{\"" + "a".repeat(100_000) + "\":1}").getBytes(UTF_8);
    assertArrayEquals(json, CanonicalJson.of(JsonReader.read(json)));
  }

  /**
   * [keyring-2] [keyring-3] [keyring-4] [keyring-6] [keyring-7] [keyring-8] [keyring-9]
   * [keyring-10] [keyring-11] [keyring-12] [keyring-13] [keyring-14] [keyring-15] [keyring-23]
   * [keyring-25] [keyring-26]
   */
  @TestFactory
  Stream<DynamicTest> keyrings() throws IOException {
    return tests(
        "Keyring",
        (keys, v) -> {
          Path own = Files.createTempDirectory(folder, "trust");
          CollectionTrust before = trust(keys, v, v.get("remembered"));
          TrustStore store = store(own, text(v, "collection"), before);
          for (Map.Entry<String, JsonNode> other : v.path("others").properties()) {
            store(own, other.getKey(), trust(keys, v, other.getValue()));
          }
          if (isValid(v)) {
            opens(keys, v, store);
          } else {
            refuses(v, () -> open(keys, v, store).close());
          }
          CollectionTrust after = v.has("remembers") ? trust(keys, v, v.get("remembers")) : before;
          assertEquals(Optional.of(after), store.find(text(v, "collection")));
        });
  }

  private static TrustStore store(Path folder, String collection, CollectionTrust trust)
      throws IOException {
    TrustStore store = FileTrustStore.at(folder);
    assertTrue(store.replace(collection, Optional.empty(), trust));
    return store;
  }

  /** Pins, and what is remembered. */
  private static CollectionTrust trust(JsonNode keys, JsonNode v, JsonNode remembered) {
    SortedSet<Signer> signers =
        stream(v.required("signers"))
            .map(name -> new Signer(text(person(keys, name.textValue()), "signing")))
            .collect(Collectors.toCollection(TreeSet::new));
    if (remembered == null) {
      return new CollectionTrust(signers, 0, 0, Optional.empty(), new TreeMap<>());
    }
    SortedMap<Integer, SeenEpoch> epochs = new TreeMap<>();
    for (Map.Entry<String, JsonNode> seen : remembered.path("epochs").properties()) {
      epochs.put(Integer.valueOf(seen.getKey()), seen(seen.getValue()));
    }
    return new CollectionTrust(
        signers,
        remembered.required("epoch").intValue(),
        remembered.path("revision").intValue(),
        optional(remembered, "head"),
        epochs);
  }

  private static SeenEpoch seen(JsonNode epoch) {
    SortedMap<Recipient, String> recipients = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : epoch.path("recipients").properties()) {
      recipients.put(new Recipient(each.getKey()), each.getValue().textValue());
    }
    return new SeenEpoch(
        optional(epoch, "commitment"),
        optional(epoch, "fingerprint"),
        optional(epoch, "entries"),
        recipients);
  }

  private static Optional<String> optional(JsonNode node, String member) {
    return Optional.ofNullable(node.path(member).textValue());
  }

  private static JsonNode person(JsonNode keys, String name) {
    return keys.required("people").required(name);
  }

  /** A keyring outlives no device, and here no test either. */
  private static Keyring open(JsonNode keys, JsonNode v, TrustStore store) throws Exception {
    JsonNode reader = person(keys, text(v, "reader"));
    DeviceIdentity device =
        Starfish.identity(
            text(v, "reader"),
            text(reader, "agreement"),
            text(reader, "agreementPrivate"),
            hex(reader, "signing"),
            hex(reader, "signingPrivate"));
    return v.required("expectsHead").booleanValue()
        ? Keyring.open(utf8(v, "keyring"), text(v, "collection"), device, store)
        : Keyring.openWithoutHead(utf8(v, "keyring"), text(v, "collection"), device, store);
  }

  private static void opens(JsonNode keys, JsonNode v, TrustStore store) throws Exception {
    try (Keyring keyring = open(keys, v, store)) {
      assertEquals(v.required("currentEpoch").intValue(), keyring.epoch());
      assertEquals(v.required("expectsHead").booleanValue(), keyring.hasHead());
      SortedSet<Integer> held = new TreeSet<>();
      for (Map.Entry<String, JsonNode> epoch : v.required("epochs").properties()) {
        int number = Integer.parseInt(epoch.getKey());
        UserMasterKey umk = keyring.key(number);
        assertArrayEquals(hex(epoch.getValue(), "umk"), umk.getEncoded());
        assertEquals(KeyId.of(hex(epoch.getValue(), "keyId")), umk.id().orElseThrow());
        assertEquals(number, umk.generation());
        held.add(number);
      }
      assertEquals(held, keyring.epochs());
      for (Map.Entry<String, JsonNode> missing : v.required("missing").properties()) {
        NoEpochKeyException e =
            assertThrows(
                NoEpochKeyException.class, () -> keyring.key(Integer.parseInt(missing.getKey())));
        assertEquals(reason(missing.getValue().textValue()), e.reason());
      }
    }
  }

  private static NoEpochKeyException.Reason reason(String error) {
    return NoEpochKeyException.Reason.valueOf(error.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static void refuses(JsonNode v, Executable attempt) {
    String error = text(v, "error");
    switch (error) {
      case "malformed" -> assertThrows(KeyringFormatException.class, attempt);
      case "not-authentic" -> assertThrows(AEADBadTagException.class, attempt);
      case "refused" -> {
        KeyringRefusedException e = assertThrows(KeyringRefusedException.class, attempt);
        assertEquals(text(v, "reason"), e.reason().name());
      }
      default -> {
        NoEpochKeyException e = assertThrows(NoEpochKeyException.class, attempt);
        assertEquals(reason(error), e.reason());
      }
    }
  }

  private void check(JsonNode keys, JsonNode v, byte[] plaintext, Opening opening)
      throws Exception {
    Path own = Files.createTempDirectory(folder, "trust");
    TrustStore store = store(own, text(keys, "collection"), trust(keys, keys, null));
    try (Keyring keyring = open(keys, keys, store)) {
      if (isValid(v)) {
        assertArrayEquals(plaintext, opening.from(keyring));
      } else {
        assertFalse(v.has("plaintext"));
        refuses(v, () -> opening.from(keyring));
      }
    }
  }

  private static byte[] plaintext(JsonNode v) {
    return v.path("plaintext").asText().getBytes(UTF_8);
  }

  /** [keyring-20] [keyring-21] */
  @TestFactory
  Stream<DynamicTest> documents() throws IOException {
    return tests(
        "KeyringDocument",
        (keys, v) ->
            check(
                keys,
                v,
                plaintext(v),
                keyring -> keyring.cipher().openDocument(utf8(v, "document"))));
  }

  /** [keyring-22] */
  @TestFactory
  Stream<DynamicTest> authoredDocuments() throws IOException {
    return tests(
        "KeyringAuthoredDocument",
        (keys, v) -> {
          Signer author = new Signer(text(v, "author"));
          AuthoredDocument document =
              AuthoredDocument.of(utf8(v, "document"), author, hex(v, "signature"));
          Set<Signer> authors =
              stream(v.required("authors"))
                  .map(key -> new Signer(key.textValue()))
                  .collect(Collectors.toSet());
          check(
              keys,
              v,
              plaintext(v),
              keyring -> keyring.cipher().openDocument(document, text(v, "path"), authors));
        });
  }

  @TestFactory
  Stream<DynamicTest> blobs() throws IOException {
    return tests(
        "KeyringBlob",
        (keys, v) ->
            check(
                keys,
                v,
                HEX.parseHex(v.path("plaintext").asText()),
                keyring -> keyring.cipher().openBlob(hex(v, "blob"), text(v, "path"))));
  }
}
