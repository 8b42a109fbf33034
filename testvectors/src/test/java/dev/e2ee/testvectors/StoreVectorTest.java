package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.store.MalformedStoreException;
import dev.e2ee.store.NoStoreKeyException;
import dev.e2ee.store.StoreCipher;
import dev.e2ee.store.StoreKeys;
import dev.e2ee.store.StoreRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Our vectors of {@code testvectors/spec/store.md}, made by a program that shares no code. What
 * Java writes is computed once more here, with the JDK alone.
 */
class StoreVectorTest {
  private static final List<String> ENGINES = List.of("jdk", "bcfips", "accp");
  private static final Argon2Cost CHEAP = new Argon2Cost(19 * 1024, 2, 1);

  private interface Check {
    void of(JsonNode group, JsonNode vector) throws Exception;
  }

  private static JsonNode file() throws IOException {
    return new ObjectMapper().readTree(OwnVectors.read("store.json"));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<JsonNode> groups(String type) throws IOException {
    return stream(file().required("testGroups"))
        .filter(group -> group.required("type").textValue().equals(type))
        .toList();
  }

  private static Stream<DynamicTest> tests(String type, String engine, Check check)
      throws IOException {
    return groups(type).stream()
        .flatMap(
            group ->
                stream(group.required("tests"))
                    .map(
                        v ->
                            DynamicTest.dynamicTest(
                                engine + " " + v.required("tcId") + " " + text(v, "comment"),
                                () -> check.of(group, v))));
  }

  private static String text(JsonNode v, String member) {
    return v.required(member).textValue();
  }

  private static byte[] hex(JsonNode v, String member) {
    return HexFormat.of().parseHex(text(v, member));
  }

  private static boolean isValid(JsonNode v) {
    return text(v, "result").equals("valid");
  }

  /** An invalid one ends with the exception of its class of error. */
  private static void refused(JsonNode v, Executable attempt) {
    Class<? extends Exception> expected =
        switch (text(v, "error")) {
          case "malformed" -> MalformedStoreException.class;
          case "no-key" -> NoStoreKeyException.class;
          case "not-authentic" -> AEADBadTagException.class;
          default -> throw new IllegalArgumentException(text(v, "error"));
        };
    assertThrowsExactly(expected, attempt);
  }

  /** The store of the records and names, which the first export has. */
  private static StoreKeys store(String engine) throws Exception {
    JsonNode first = groups("StoreExportPassphrase").get(0).required("tests").get(0);
    StoreKeys keys =
        StoreKeys.importKey(
            hex(first, "export"),
            text(first, "storeName"),
            text(first, "passphrase").toCharArray(),
            1,
            new E2eeProvider().configure(engine));
    JsonNode records = groups("StoreRecord").get(0).required("keys").required("store");
    assertEquals(first.required("store"), records);
    assertArrayEquals(hex(records, "storeId"), keys.storeId());
    return keys;
  }

  @Test
  void nothingIsLeftOut() throws IOException {
    int all = 0;
    for (String type :
        List.of("StoreRecord", "StoreName", "StoreExportPassphrase", "StoreExportDevice")) {
      all += groups(type).stream().mapToInt(group -> group.required("tests").size()).sum();
    }
    assertEquals(file().required("numberOfTests").intValue(), all);
  }

  /** [store-5] [store-6] [store-7] [store-8] [store-9] [store-10] [store-25] */
  @TestFactory
  Stream<DynamicTest> records() throws Exception {
    return onEveryEngine("StoreRecord", StoreVectorTest::record);
  }

  /** [store-11] [store-12] [store-13] */
  @TestFactory
  Stream<DynamicTest> names() throws Exception {
    return onEveryEngine(
        "StoreName",
        (cipher, group, v) -> {
          if (!isValid(v)) {
            refused(v, () -> cipher.path(text(v, "name")));
            return;
          }
          assertEquals(text(v, "path"), cipher.path(text(v, "name")));
          assertEquals(text(v, "name"), cipher.name(text(v, "path")));
        });
  }

  private interface CipherCheck {
    void of(StoreCipher cipher, JsonNode group, JsonNode vector) throws Exception;
  }

  private static Stream<DynamicTest> onEveryEngine(String type, CipherCheck check)
      throws Exception {
    Stream<DynamicTest> all = Stream.empty();
    for (String engine : ENGINES) {
      StoreCipher cipher = StoreCipher.with(store(engine));
      all = Stream.concat(all, tests(type, engine, (group, v) -> check.of(cipher, group, v)));
    }
    return all;
  }

  private static void record(StoreCipher cipher, JsonNode group, JsonNode v) throws Exception {
    byte[] record = hex(v, "record");
    String path = text(v, "path");
    long minimum = Long.parseLong(text(v, "minimumRevision"));
    int lowest = v.required("minimumGeneration").intValue();
    if (!isValid(v)) {
      refused(v, () -> cipher.open(path, record, minimum, lowest));
      return;
    }
    StoreRecord opened = cipher.open(path, record, minimum, lowest);
    long revision = Long.parseLong(text(v, "revision"));
    boolean padded = v.required("padded").booleanValue();
    assertArrayEquals(hex(v, "content"), opened.content());
    assertEquals(revision, opened.revision());
    assertEquals(v.required("generation").intValue(), opened.generation());
    assertEquals(
        new StoreCipher.Info(opened.generation(), revision, padded), StoreCipher.inspect(record));
    // Of the vector and of what Java writes each byte behind the salt is what the JDK computes.
    JsonNode store = group.required("keys").required("store");
    byte[] ours =
        padded
            ? cipher.sealPadded(path, revision, opened.content())
            : cipher.seal(path, revision, opened.content());
    assertEquals(record.length, ours.length);
    for (byte[] each : List.of(record, ours)) {
      assertArrayEquals(written(store, path, each, plaintext(opened.content(), each)), each);
    }
  }

  /** What was encrypted: the content, or its padded form, as long as the record says. */
  private static byte[] plaintext(byte[] content, byte[] record) {
    if (record[7] == 0) {
      return content;
    }
    return ByteBuffer.allocate(record.length - 116).putInt(content.length).put(content).array();
  }

  /** From the specification, section 3: the whole record, of its first 68 bytes. */
  private static byte[] written(JsonNode store, String path, byte[] record, byte[] plaintext)
      throws GeneralSecurityException {
    byte[] head = Arrays.copyOf(record, 68);
    byte[] named = path.getBytes(UTF_8);
    byte[] info =
        join(
            "e2ee-store-record-v1\0".getBytes(UTF_8),
            hex(store, "storeId"),
            length(named),
            named,
            length(head),
            head);
    byte[] key = key(store, HexFormat.of().formatHex(record, 12, 28));
    byte[] first = hmac("HmacSHA512", key, join(info, new byte[] {1}));
    byte[] all = join(first, hmac("HmacSHA512", key, join(first, info, new byte[] {2})));
    byte[] before = join(head, Arrays.copyOfRange(all, 44, 76));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(all, 0, 32, "AES"),
        new GCMParameterSpec(128, all, 32, 12));
    cipher.updateAAD(before);
    return join(before, cipher.doFinal(plaintext));
  }

  private static byte[] key(JsonNode store, String keyId) {
    return stream(store.required("keys"))
        .filter(key -> text(key, "keyId").equals(keyId))
        .map(key -> hex(key, "key"))
        .findFirst()
        .orElseThrow();
  }

  /** [store-14] [store-15] [store-16] [store-18] [store-20] [store-21] [store-22] [store-24] */
  @TestFactory
  Stream<DynamicTest> exportsUnderAPassphrase() throws Exception {
    return tests(
        "StoreExportPassphrase",
        "jdk",
        (group, v) -> {
          byte[] export = hex(v, "export");
          int minimum = v.required("minimumGeneration").intValue();
          if (!isValid(v)) {
            refused(
                v, () -> StoreKeys.importKey(export, text(v, "storeName"), passphrase(v), minimum));
            return;
          }
          assertArrayEquals(
              keysOf(v.required("store")),
              opened(export, text(v, "storeName"), text(v, "passphrase")));
          try (StoreKeys keys =
              StoreKeys.importKey(export, text(v, "storeName"), passphrase(v), minimum)) {
            exportsTheSame(keys, v.required("store"));
          }
        });
  }

  private static char[] passphrase(JsonNode v) {
    return text(v, "passphrase").toCharArray();
  }

  /** [store-14] [store-19] [store-20] [store-21] [store-22] [store-24] */
  @TestFactory
  Stream<DynamicTest> exportsForADevice() throws Exception {
    return tests(
        "StoreExportDevice",
        "jdk",
        (group, v) -> {
          byte[] export = hex(v, "export");
          int minimum = v.required("minimumGeneration").intValue();
          DevicePublicKeys sender =
              DevicePublicKeys.decode(hex(group.required("keys").required("sender"), "publicKeys"));
          try (DeviceIdentity recipient = device(group.required("keys").required("recipient"))) {
            if (!isValid(v)) {
              refused(
                  v,
                  () ->
                      StoreKeys.importKey(
                          export, text(v, "storeName"), recipient, sender, minimum));
              return;
            }
            try (StoreKeys keys =
                StoreKeys.importKey(export, text(v, "storeName"), recipient, sender, minimum)) {
              exportsTheSame(keys, v.required("store"));
            }
          }
        });
  }

  private static DeviceIdentity device(JsonNode json) throws Exception {
    return DeviceIdentity.of(
        DevicePublicKeys.decode(hex(json, "publicKeys")),
        hex(json, "agreementPrivate"),
        hex(json, "signingPrivate"));
  }

  /** What was imported is the store of the vector: its export, opened with the JDK, has its K. */
  private static void exportsTheSame(StoreKeys keys, JsonNode store) throws Exception {
    assertArrayEquals(hex(store, "storeId"), keys.storeId());
    assertEquals(
        stream(store.required("keys")).map(k -> k.required("generation").intValue()).toList(),
        keys.generations());
    byte[] ours = keys.exportKey("a name", "of the test".toCharArray(), CHEAP);
    assertArrayEquals(keysOf(store), opened(ours, "a name", "of the test"));
  }

  /** K. */
  private static byte[] keysOf(JsonNode store) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(hex(store, "nameKey"));
    for (JsonNode key : store.required("keys")) {
      out.writeBytes(number(key.required("generation").intValue()));
      out.writeBytes(hex(key, "key"));
    }
    return out.toByteArray();
  }

  /** From the specification, section 5: the K of an export under a passphrase. */
  private static byte[] opened(byte[] export, String storeName, String passphrase)
      throws GeneralSecurityException {
    byte[] head = Arrays.copyOf(export, 74);
    byte[] named = storeName.getBytes(UTF_8);
    byte[] bound = join(length(named), named, length(head), head);
    ByteBuffer cost = ByteBuffer.wrap(head, 30, 12);
    byte[] root =
        Argon2id.derive(
            new Argon2Cost(cost.getInt(), cost.getInt(), cost.getInt()),
            Normalizer.normalize(passphrase, Normalizer.Form.NFC).getBytes(UTF_8),
            Arrays.copyOfRange(head, 42, 74),
            32);
    byte[] commitment = derived(root, "e2ee-store-export-commit-v1\0", bound);
    assertArrayEquals(Arrays.copyOfRange(export, 74, 106), commitment);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(derived(root, "e2ee-store-export-key-v1\0", bound), "AES"),
        new GCMParameterSpec(128, export, 106, 12));
    cipher.updateAAD(join("e2ee-store-export-v1\0".getBytes(UTF_8), head, commitment));
    return cipher.doFinal(export, 118, export.length - 118);
  }

  private static byte[] derived(byte[] root, String label, byte[] bound)
      throws GeneralSecurityException {
    byte[] info = join(label.getBytes(UTF_8), bound, new byte[] {1});
    return hmac("HmacSHA256", root, info);
  }

  private static byte[] hmac(String algorithm, byte[] key, byte[] message)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm, "SunJCE");
    mac.init(new SecretKeySpec(key, algorithm));
    return mac.doFinal(message);
  }

  private static byte[] length(byte[] bytes) {
    return number(bytes.length);
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
