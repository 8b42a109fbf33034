package dev.e2ee.testvectors.acontext;

import static dev.e2ee.testvectors.acontext.AcontextReference.hex;
import static dev.e2ee.testvectors.acontext.AcontextReference.list;
import static dev.e2ee.testvectors.acontext.AcontextReference.nonce;
import static dev.e2ee.testvectors.acontext.AcontextReference.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.interop.acontext.AcontextFormatException;
import dev.e2ee.interop.acontext.AcontextObject;
import dev.e2ee.interop.acontext.AcontextObjects;
import dev.e2ee.key.UserMasterKey;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects and frames of ../shared/interop/acontext.json, both ways. */
@Tag("once")
class AcontextObjectsTest {
  private static JsonNode file;
  private static byte[] master;
  private static AcontextObjects objects;

  @BeforeAll
  static void read() throws Exception {
    file = AcontextReference.file();
    master = hex(file, "masterKeyHex");
    objects = AcontextObjects.with(UserMasterKey.of(master));
  }

  @AfterAll
  static void wipe() {
    objects.close();
  }

  private static Map<String, String> meta(JsonNode v) {
    Map<String, String> meta = new HashMap<>();
    v.required("meta").properties().forEach(e -> meta.put(e.getKey(), e.getValue().textValue()));
    return meta;
  }

  static List<JsonNode> vectors() {
    return list(file, "objects", 3);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void opens(JsonNode v) throws Exception {
    assertArrayEquals(hex(v, "plaintextHex"), objects.open(hex(v, "bodyHex"), meta(v)));
  }

  /** The other program makes the file's bytes from the file's random values … */
  @ParameterizedTest
  @MethodSource("vectors")
  void areMadeAgainFromTheirRandomValues(JsonNode v) throws Exception {
    byte[] dek = hex(v, "dek");
    byte[] wrap = AcontextReference.seal(master, hex(v, "wrapNonce"), dek);
    assertEquals(meta(v).get("enc-dek-user"), Base64.getEncoder().encodeToString(wrap));
    assertArrayEquals(
        hex(v, "bodyHex"),
        AcontextReference.seal(dek, hex(v, "bodyNonce"), hex(v, "plaintextHex")));
  }

  /** … and from ours, which it opens, what we have made. */
  @ParameterizedTest
  @MethodSource("vectors")
  void oursAreTheOtherProgramsToTheByte(JsonNode v) throws Exception {
    byte[] content = hex(v, "plaintextHex");
    AcontextObject first = objects.sealWithHash(content);
    AcontextObject second = objects.seal(content);
    assertEquals(AcontextReference.sha256(content), first.metadata().get("sha256"));
    assertFalse(second.metadata().containsKey("sha256"));
    for (AcontextObject object : List.of(first, second)) {
      assertEquals("AES-256-GCM", object.metadata().get("enc-algo"));
      byte[] wrap = Base64.getDecoder().decode(object.metadata().get("enc-dek-user"));
      checkMade(content, wrap, object.body());
      assertArrayEquals(content, objects.open(object.body(), object.metadata()));
    }
    assertFalse(Arrays.equals(first.body(), second.body()));
  }

  /** Whether parts are what the other program makes of their own DEK and nonces. */
  private static void checkMade(byte[] content, byte[] wrap, byte[] body)
      throws GeneralSecurityException {
    byte[] dek = AcontextReference.open(master, wrap);
    assertEquals(32, dek.length);
    assertArrayEquals(wrap, AcontextReference.seal(master, nonce(wrap), dek));
    assertArrayEquals(body, AcontextReference.seal(dek, nonce(body), content));
  }

  static List<JsonNode> negatives() {
    return list(file, "negativeObjects", 7);
  }

  /** Each one, also where the real program gives a plaintext. */
  @ParameterizedTest
  @MethodSource("negatives")
  void refusesTheNegativesOfTheFile(JsonNode v) throws Exception {
    byte[] body = hex(v, "bodyHex");
    switch (text(v, "name")) {
      case "body-tampered", "dek-of-another-object" ->
          assertThrowsExactly(AEADBadTagException.class, () -> objects.open(body, meta(v)));
      case "metadata-removed", "algo-name-changed", "wrapped-dek-base64url", "body-short" ->
          assertThrowsExactly(AcontextFormatException.class, () -> objects.open(body, meta(v)));
      case "body-and-dek-of-another-object" -> {
        // The hash of the object that it was put in the place of is still there, and tells. There
        // is
        // no associated data: with the hash exchanged, or taken away, nothing does.
        assertThrowsExactly(AEADBadTagException.class, () -> objects.open(body, meta(v)));
        byte[] others = HexFormat.of().parseHex(text(v.required("acontextGoCode"), "plaintext"));
        Map<String, String> exchanged = meta(v);
        exchanged.put("sha256", AcontextReference.sha256(others));
        assertArrayEquals(others, objects.open(body, exchanged));
        exchanged.remove("sha256");
        assertArrayEquals(others, objects.open(body, exchanged));
      }
      default -> throw new AssertionError("a negative that this test does not know: " + v);
    }
  }

  @Test
  void everyBitMatters() throws Exception {
    JsonNode v = vectors().get(0);
    byte[] body = hex(v, "bodyHex");
    byte[] wrap = Base64.getDecoder().decode(meta(v).get("enc-dek-user"));
    for (int bit = 0; bit < body.length * 8; bit++) {
      byte[] flipped = flip(body, bit);
      assertThrowsExactly(AEADBadTagException.class, () -> objects.open(flipped, meta(v)));
    }
    for (int bit = 0; bit < wrap.length * 8; bit++) {
      Map<String, String> altered = meta(v);
      altered.put("enc-dek-user", Base64.getEncoder().encodeToString(flip(wrap, bit)));
      assertThrowsExactly(AEADBadTagException.class, () -> objects.open(body, altered));
    }
    for (int length = 0; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      Exception e = assertThrows(Exception.class, () -> objects.open(cut, meta(v)));
      assertEquals(
          length < 28 ? AcontextFormatException.class : AEADBadTagException.class, e.getClass());
    }
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }

  @Test
  void refusesMetadataThatIsNotInTheFormat() throws Exception {
    JsonNode v = vectors().get(0);
    byte[] body = hex(v, "bodyHex");
    String wrap = meta(v).get("enc-dek-user");
    for (String algorithm : new String[] {"", "aes-256-gcm", "AES-256-GCM ", "AES-128-GCM"}) {
      refusedMeta(body, Map.of("enc-algo", algorithm, "enc-dek-user", wrap));
    }
    refusedMeta(body, Map.of("enc-dek-user", wrap));
    refusedMeta(body, Map.of("enc-algo", "AES-256-GCM"));
    for (String other :
        new String[] {
          "",
          wrap + "\n",
          wrap.substring(4),
          wrap + "AAAA",
          wrap.substring(0, 79),
          Base64.getEncoder().encodeToString(new byte[61])
        }) {
      refusedMeta(body, Map.of("enc-algo", "AES-256-GCM", "enc-dek-user", other));
    }
    for (String hash :
        new String[] {"", meta(v).get("sha256").toUpperCase(java.util.Locale.ROOT)}) {
      Map<String, String> meta = meta(v);
      meta.put("sha256", hash);
      assertThrowsExactly(AEADBadTagException.class, () -> objects.open(body, meta));
    }
    Map<String, String> named = meta(v);
    named.put("name", "whatever");
    assertArrayEquals(hex(v, "plaintextHex"), objects.open(body, named));
  }

  private static void refusedMeta(byte[] body, Map<String, String> meta) {
    assertThrowsExactly(AcontextFormatException.class, () -> objects.open(body, meta));
  }

  static List<JsonNode> contents() {
    return list(file, "contents", 3);
  }

  @ParameterizedTest
  @MethodSource("contents")
  void opensTexts(JsonNode v) throws Exception {
    byte[] content = text(v, "plaintextUtf8").getBytes(UTF_8);
    byte[] frame = Base64.getDecoder().decode(text(v, "stored"));
    assertArrayEquals(content, objects.openText(text(v, "stored")));
    assertArrayEquals(content, objects.openCached(frame));
    byte[] wrap = AcontextReference.wrapOf(frame);
    byte[] body = AcontextReference.bodyOf(frame);
    checkMade(content, wrap, body);
    assertArrayEquals(hex(v, "dek"), AcontextReference.open(master, wrap));
    assertArrayEquals(frame, AcontextReference.frame(wrap, body));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void ourTextsAreTheOtherProgramsToTheByte(JsonNode v) throws Exception {
    byte[] content = text(v, "plaintextUtf8").getBytes(UTF_8);
    String stored = objects.sealText(content);
    byte[] frame = Base64.getDecoder().decode(stored);
    assertEquals(stored, Base64.getEncoder().encodeToString(frame));
    for (byte[] ours : List.of(frame, objects.sealCached(content))) {
      byte[] wrap = AcontextReference.wrapOf(ours);
      byte[] body = AcontextReference.bodyOf(ours);
      checkMade(content, wrap, body);
      assertArrayEquals(ours, AcontextReference.frame(wrap, body));
    }
    assertArrayEquals(content, objects.openText(stored));
  }

  static List<JsonNode> negativeContents() {
    return list(file, "negativeContents", 5);
  }

  @ParameterizedTest
  @MethodSource("negativeContents")
  void refusesTheNegativeContentsOfTheFile(JsonNode v) throws Exception {
    byte[] key = hex(v, "masterKeyHex");
    if (text(v, "name").equals("no-key")) {
      assertThrowsExactly(IllegalArgumentException.class, () -> UserMasterKey.of(key));
      return;
    }
    Class<? extends Exception> expected =
        text(v, "name").equals("wrong-key")
            ? AEADBadTagException.class
            : AcontextFormatException.class;
    try (AcontextObjects under = AcontextObjects.with(UserMasterKey.of(key))) {
      assertThrowsExactly(expected, () -> under.openText(text(v, "stored")));
    }
  }

  @Test
  void refusesFramesThatAreAltered() throws Exception {
    byte[] frame = Base64.getDecoder().decode(text(contents().get(0), "stored"));
    for (int at = 0; at < frame.length; at++) {
      byte[] altered = flip(frame, 8 * at);
      Exception e = assertThrows(Exception.class, () -> objects.openCached(altered));
      assertTrue(
          e instanceof AEADBadTagException || e instanceof AcontextFormatException, e.toString());
      byte[] cut = Arrays.copyOf(frame, at);
      Exception c = assertThrows(Exception.class, () -> objects.openCached(cut));
      assertEquals(
          at < 111 ? AcontextFormatException.class : AEADBadTagException.class, c.getClass());
    }
    byte[] plain = "\0hello".getBytes(UTF_8);
    assertThrowsExactly(AcontextFormatException.class, () -> objects.openCached(plain));
    String stored = text(contents().get(0), "stored");
    for (String other :
        List.of(stored + "\n", stored.replace("=", ""), stored.replace('+', '-'), "AQ==", "")) {
      assertThrowsExactly(
          AcontextFormatException.class, () -> objects.openText(other), "text " + other);
    }
  }

  /** What is under the key that everybody knows is opened, and nothing more is put there. */
  @Test
  void sealsNothingUnderThePublishedMasterKey() throws Exception {
    byte[] published = hex(list(file, "tokens", 6).get(5), "masterKeyHex");
    byte[] dek = new byte[32];
    byte[] wrap = AcontextReference.seal(published, new byte[12], dek);
    byte[] body = AcontextReference.seal(dek, new byte[12], new byte[] {7});
    try (AcontextObjects known = AcontextObjects.with(UserMasterKey.of(published))) {
      assertArrayEquals(new byte[] {7}, known.openCached(AcontextReference.frame(wrap, body)));
      assertThrowsExactly(IllegalArgumentException.class, () -> known.seal(new byte[1]));
      assertThrowsExactly(IllegalArgumentException.class, () -> known.sealWithHash(new byte[1]));
      assertThrowsExactly(IllegalArgumentException.class, () -> known.sealText(new byte[1]));
      assertThrowsExactly(IllegalArgumentException.class, () -> known.sealCached(new byte[1]));
    }
  }

  @Test
  void keepsACopyOfTheKeyAndWipesIt() throws Exception {
    UserMasterKey key = UserMasterKey.of(master);
    AcontextObjects own = AcontextObjects.with(key);
    key.close();
    AcontextObject object = own.seal(new byte[] {1, 2});
    assertArrayEquals(new byte[] {1, 2}, own.open(object.body(), object.metadata()));
    own.close();
    assertThrows(IllegalStateException.class, () -> own.open(object.body(), object.metadata()));
  }
}
