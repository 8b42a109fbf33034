package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The vectors of {@code testvectors/generator/keyfile.mjs}: right files are read to the last field,
 * wrong ones are refused at their stage with their kind.
 *
 * <p>[keyfile-1] [keyfile-2] [keyfile-3] [keyfile-4] [keyfile-5] [keyfile-6] [keyfile-7]
 * [keyfile-8] [keyfile-9] [keyfile-10] [keyfile-11] [keyfile-12] [keyfile-13] [keyfile-14]
 * [keyfile-15] [keyfile-16] [keyfile-17] [keyfile-18] [keyfile-19] [keyfile-20] [keyfile-21]
 * [keyfile-22] [keyfile-23] [keyfile-24] [keyfile-41]
 */
class KeyFileVectorsTest {
  private static final Path VECTORS = Path.of("..", "testvectors", "vectors", "keyfile.json");

  @TempDir Path directory;
  private int files;

  private static Stream<JsonNode> tests(String group) throws IOException {
    JsonNode groups = new ObjectMapper().readTree(VECTORS.toFile()).get("testGroups");
    JsonNode all =
        StreamSupport.stream(groups.spliterator(), false)
            .filter(one -> one.get("type").asText().equals(group))
            .findFirst()
            .orElseThrow()
            .get("tests");
    assertTrue(all.size() >= (group.equals("KeyFileValid") ? 10 : 40), "vectors are missing");
    return StreamSupport.stream(all.spliterator(), false);
  }

  private static byte[] hex(JsonNode node) {
    return HexFormat.of().parseHex(node.asText());
  }

  private Path write(String name, byte[] content) throws IOException {
    Path path = directory.resolve(name + files++);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var out =
        Files.newByteChannel(
            path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      out.write(java.nio.ByteBuffer.wrap(content));
    }
    return path;
  }

  /** Opened with one secret of a vector, still locked. */
  private KeyFile open(Path path, JsonNode secret) throws IOException {
    CustodyOptions options = CustodyOptions.defaults();
    if (secret.has("item")) {
      byte[] text = secret.get("item").asText().getBytes(StandardCharsets.UTF_8);
      return KeyFile.open(path, new ItemInFile(write("item", text)), options);
    }
    String uri = CustodyUri.ofFile(path).canonical();
    if (secret.has("slotKey")) {
      uri += "?slot-key=" + write("slotkey", hex(secret.get("slotKey")));
    } else {
      options = options.withCallbackHandler(Passphrases.of(secret.path("passphrase").asText()));
    }
    return new KeyFileProvider().open(CustodyUri.parse(uri), options);
  }

  @TestFactory
  Stream<DynamicTest> readsTheValidOnes() throws IOException {
    return tests("KeyFileValid")
        .map(test -> dynamicTest(test.get("comment").asText(), () -> readsEverything(test)));
  }

  private void readsEverything(JsonNode test) throws IOException {
    byte[] content = hex(test.get("file"));
    KeyFileFormat.Parsed parsed = KeyFileFormat.parse(content);
    assertArrayEquals(parsed.authenticated().copy(), KeyFileFormat.encode(parsed.document()));
    assertEquals(test.get("revision").asText(), Long.toString(parsed.document().revision()));
    for (JsonNode secret : test.get("secrets")) {
      Path path = write("keys", content);
      try (KeyFile file = open(path, secret)) {
        assertEquals(expectedSlots(test), file.slots().stream().map(this::line).toList());
        file.unlock();
        assertEquals(expectedKeys(test), file.list().stream().map(this::line).toList());
        for (JsonNode key : test.get("keys")) {
          checkKey(file, key);
        }
        if (parsed.document().revision() < Long.MAX_VALUE) {
          survivesAChange(file, path, secret);
        }
      }
    }
  }

  private void checkKey(KeyFile file, JsonNode key) {
    KeyId id = KeyId.of(hex(key.get("id")));
    try (SecretBytes out = file.export(id, "vectors");
        SecretBytes expected = SecretBytes.adopt(hex(key.get("key")))) {
      assertTrue(out.sameBytes(expected));
    }
    DekWrap wrap = file.find(id).operation(DekWrap.class).orElseThrow();
    boolean spent = key.get("uses").asText().equals(Long.toString(1L << 32));
    if (key.get("state").asText().equals("PRIMARY")) {
      if (spent) { // [keyfile-37]
        KeyFileTest.fails(Kind.EXHAUSTED, () -> wrap.wrap(KeyFileTest.dek(1), new byte[0]));
      } else {
        byte[] wrapped = wrap.wrap(KeyFileTest.dek(1), new byte[3]);
        assertTrue(wrap.unwrap(wrapped, new byte[3]).sameBytes(KeyFileTest.dek(1)));
      }
    } else {
      KeyFileTest.fails(Kind.POLICY, () -> wrap.wrap(KeyFileTest.dek(1), new byte[0]));
    }
  }

  /** What this build cannot open is still there after a change. [keyfile-38] */
  private void survivesAChange(KeyFile file, Path path, JsonNode secret) throws IOException {
    List<SlotInfo> before = file.slots();
    file.generate("added", KeyKind.UMK);
    try (KeyFile again = open(path, secret)) {
      again.unlock();
      assertEquals(before, again.slots());
      assertEquals(KeyState.PRIMARY, again.find("added").description().state());
    }
    var slots = KeyFileFormat.parse(Files.readAllBytes(path)).document();
    assertEquals(before.size(), slots.slots().size());
  }

  private static List<String> expectedSlots(JsonNode test) {
    return StreamSupport.stream(test.get("slots").spliterator(), false)
        .map(
            slot ->
                String.join(
                    " ",
                    slot.get("id").asText(),
                    slot.get("type").asText(),
                    slot.get("created").asText(),
                    slot.get("label").asText()))
        .toList();
  }

  private String line(SlotInfo slot) {
    return String.join(
        " ",
        slot.id().toString(),
        slot.type().name(),
        Long.toString(slot.created().getEpochSecond()),
        slot.label());
  }

  private static List<String> expectedKeys(JsonNode test) {
    return StreamSupport.stream(test.get("keys").spliterator(), false)
        .map(
            key ->
                String.join(
                    " ",
                    key.get("name").asText(),
                    key.get("generation").asText(),
                    key.get("id").asText(),
                    key.get("state").asText(),
                    key.get("created").asText()))
        .toList();
  }

  private String line(KeyDescription key) {
    return String.join(
        " ",
        key.name(),
        Integer.toString(key.generation()),
        key.id().toString(),
        key.state().name(),
        Long.toString(key.created().getEpochSecond()));
  }

  @TestFactory
  Stream<DynamicTest> refusesTheInvalidOnes() throws IOException {
    return tests("KeyFileInvalid")
        .map(test -> dynamicTest(test.get("fault").asText(), () -> refusesAtItsStage(test)));
  }

  private void refusesAtItsStage(JsonNode test) throws IOException {
    byte[] content = hex(test.get("file"));
    Path path = write("keys", Arrays.copyOf(content, content.length + test.path("zeros").asInt()));
    String stage = test.get("stage").asText();
    CustodyException error;
    if (stage.equals("open")) {
      error =
          assertThrows(CustodyException.class, () -> KeyFile.open(path, CustodyOptions.defaults()));
    } else {
      try (KeyFile file = open(path, test.get("secret"))) {
        if (stage.equals("unlock")) {
          error = assertThrows(CustodyException.class, file::unlock);
        } else {
          file.unlock();
          KeyId id = KeyId.of(hex(test.get("key")));
          error = assertThrows(CustodyException.class, () -> file.export(id, "vectors"));
        }
      }
    }
    assertEquals(Kind.valueOf(test.get("error").asText()), error.kind(), error.getMessage());
    if (test.has("damage")) {
      String expected = test.get("damage").asText().equals("torn") ? "is torn:" : "was altered:";
      assertTrue(error.getMessage().contains(expected), error.getMessage());
    }
    assertTrue(error.getMessage().contains(directory.toString()), error.getMessage());
  }
}
