package dev.e2ee.testvectors.acontext;

import static dev.e2ee.testvectors.acontext.AcontextReference.hex;
import static dev.e2ee.testvectors.acontext.AcontextReference.list;
import static dev.e2ee.testvectors.acontext.AcontextReference.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.interop.acontext.AcontextFormatException;
import dev.e2ee.interop.acontext.AcontextLegacyToken;
import dev.e2ee.interop.acontext.AcontextPepper;
import dev.e2ee.interop.acontext.AcontextToken;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens and verifiers of ../shared/interop/acontext.json, both ways. */
@Tag("once")
class AcontextTokenTest {
  private static JsonNode file;

  @BeforeAll
  static void read() throws Exception {
    file = AcontextReference.file();
  }

  private static AcontextPepper pepper(String text) {
    return AcontextPepper.of(text.toCharArray());
  }

  private static AcontextToken parse(String text) throws AcontextFormatException {
    return AcontextToken.parse(text.toCharArray());
  }

  private static JsonNode plain() {
    return list(file, "tokens", 6).get(0);
  }

  /** Exactly this class, and neither token nor pepper in any part of it. */
  private static <T extends Throwable> T refused(Class<T> type, Executable action) {
    T thrown = assertThrowsExactly(type, action);
    StringWriter all = new StringWriter();
    thrown.printStackTrace(new PrintWriter(all));
    for (String secret :
        List.of(
            text(plain(), "token").substring(6, 26),
            text(plain(), "authSecretHex"),
            text(plain(), "masterKeyHex"),
            "vector-pepper")) {
      assertFalse(all.toString().contains(secret), () -> "a secret in: " + all);
    }
    return thrown;
  }

  @Test
  void theTablesOfTheFileAreAllKnownHere() {
    assertEquals(
        "about,contents,masterKeyHex,negativeContents,negativeObjects,negativeTokens,objects,phc,rfc3394,tokens",
        file.properties().stream()
            .map(Map.Entry::getKey)
            .sorted()
            .collect(Collectors.joining(",")));
  }

  @Test
  void aesKwOfRfc3394() throws Exception {
    JsonNode v = file.required("rfc3394");
    Cipher cipher = Cipher.getInstance("AES/KW/NoPadding", new E2eeProvider());
    cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(hex(v, "kekHex"), "AES"));
    assertArrayEquals(
        hex(v, "wrappedHex"), cipher.wrap(new SecretKeySpec(hex(v, "keyHex"), "AES")));
  }

  static List<JsonNode> tokens() {
    return list(file, "tokens", 6);
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void opens(JsonNode v) throws Exception {
    try (AcontextPepper pepper = pepper(text(v, "pepper"));
        AcontextToken token = parse(text(v, "token"));
        UserMasterKey key = token.masterKey(pepper)) {
      assertArrayEquals(hex(v, "masterKeyHex"), key.getEncoded());
      assertEquals(text(v, "lookupHmacHex"), token.lookup(pepper));
      assertEquals(text(v, "token"), new String(token.text()));
      assertEquals(
          List.of("shippedDefault", "empty", "upstream-shipped-default").contains(text(v, "name")),
          pepper.isPublic());
    }
  }

  /** The other program makes the file's bytes from the file's random values … */
  @ParameterizedTest
  @MethodSource("tokens")
  void areMadeAgainFromTheirRandomValues(JsonNode v) throws Exception {
    byte[] auth = hex(v, "authSecretHex");
    String pepper = text(v, "pepper");
    assertArrayEquals(hex(v, "wrappingKeyHex"), AcontextReference.wrappingKey(auth, pepper));
    assertEquals(text(v, "token"), AcontextReference.token(auth, hex(v, "masterKeyHex"), pepper));
  }

  /** … and from ours what we have made, whatever the pepper's length is to HMAC's block. */
  @ParameterizedTest
  @ValueSource(ints = {1, 18, 47, 48, 49, 63, 64, 65, 200})
  void ourTokensAreTheOtherProgramsToTheByte(int length) throws Exception {
    String secret = "pé".repeat(length).substring(0, length);
    byte[] master = hex(plain(), "masterKeyHex");
    try (AcontextPepper pepper = pepper(secret);
        AcontextToken token = AcontextToken.issue(UserMasterKey.of(master), pepper)) {
      String text = new String(token.text());
      byte[] auth = Arrays.copyOfRange(Base64.getUrlDecoder().decode(text.substring(6)), 1, 17);
      assertEquals(AcontextReference.token(auth, master, secret), text);
      assertEquals(
          AcontextReference.lookup(HexFormat.of().formatHex(auth), secret), token.lookup(pepper));
    }
  }

  static List<JsonNode> negatives() {
    return list(file, "negativeTokens", 9);
  }

  /** Each one, whatever the real program made of it. */
  @ParameterizedTest
  @MethodSource("negatives")
  void refusesTheNegativesOfTheFile(JsonNode v) throws Exception {
    String text = text(v, "token");
    JsonNode real = v.required("acontextGoCode");
    try (AcontextPepper pepper = pepper(text(v, "pepper"))) {
      switch (text(v, "name")) {
        case "wrong-pepper", "wrapped-bit-flipped", "auth-secret-bit-flipped" -> {
          AcontextToken token = parse(text);
          assertEquals(text(real, "hmac"), token.lookup(pepper));
          refused(AEADBadTagException.class, () -> token.masterKey(pepper));
          refused(AEADBadTagException.class, () -> token.rotate(pepper));
          AcontextFormatException carriesAKey =
              refused(
                  AcontextFormatException.class,
                  () -> AcontextLegacyToken.parse(text.toCharArray()));
          assertTrue(carriesAKey.getMessage().contains("AcontextToken"));
        }
        case "version-2",
            "one-byte-short",
            "one-byte-long",
            "standard-base64-alphabet",
            "legacy" -> {
          refused(AcontextFormatException.class, () -> parse(text));
          // Only who asks for a legacy token gets one, and no key.
          try (AcontextLegacyToken legacy = AcontextLegacyToken.parse(text.toCharArray())) {
            assertEquals(text(real, "hmac"), legacy.lookup(pepper));
          }
        }
        case "wrong-prefix" -> {
          refused(AcontextFormatException.class, () -> parse(text));
          refused(
              AcontextFormatException.class, () -> AcontextLegacyToken.parse(text.toCharArray()));
        }
        default -> throw new AssertionError("a negative that this test does not know: " + v);
      }
    }
  }

  @Test
  void everyCharacterMatters() {
    String text = text(plain(), "token");
    try (AcontextPepper pepper = pepper("vector-pepper")) {
      for (int at = 0; at < text.length(); at++) {
        for (char other : new char[] {'A', 'z', '-', '+', '=', ' ', 'é', '\0'}) {
          String altered = text.substring(0, at) + other + text.substring(at + 1);
          if (!altered.equals(text)) {
            Exception e =
                assertThrows(Exception.class, () -> parse(altered).masterKey(pepper), altered);
            assertTrue(
                e instanceof AcontextFormatException || e instanceof AEADBadTagException,
                e.toString());
          }
        }
        String cut = text.substring(0, at);
        refused(AcontextFormatException.class, () -> parse(cut));
      }
    }
    for (String more : List.of(text + "A", text + "\n", " " + text, text + "==", "")) {
      refused(AcontextFormatException.class, () -> parse(more));
    }
  }

  @Test
  void legacyTokensHaveBounds() throws Exception {
    for (String bad :
        List.of("sk-ac-", "sk-ac-" + "x".repeat(1025), "sk-ac-\ud800", "", "some-plain-secret")) {
      refused(AcontextFormatException.class, () -> AcontextLegacyToken.parse(bad.toCharArray()));
    }
    try (AcontextLegacyToken longest =
            AcontextLegacyToken.parse(("sk-ac-" + "x".repeat(1024)).toCharArray());
        AcontextPepper pepper = pepper("vector-pepper")) {
      assertEquals(
          AcontextReference.lookup("x".repeat(1024), "vector-pepper"), longest.lookup(pepper));
    }
  }

  /** Threat 16: the two versions are told apart, and each names the other's reader. */
  @Test
  void ourOwnTokensAreNamed() {
    String text = "e2ee_" + "A".repeat(48);
    for (Executable read :
        List.<Executable>of(
            () -> parse(text), () -> AcontextLegacyToken.parse(text.toCharArray()))) {
      String message = refused(AcontextFormatException.class, read).getMessage();
      assertTrue(message.contains("dev.e2ee.token.ApiToken"), message);
    }
  }

  @Test
  void rotationKeepsTheMasterKeyAndNothingElse() throws Exception {
    JsonNode rotated =
        tokens().stream()
            .filter(v -> text(v, "name").equals("plain-rotated"))
            .findFirst()
            .orElseThrow();
    assertEquals(text(plain(), "masterKeyHex"), text(rotated, "masterKeyHex"));
    try (AcontextPepper pepper = pepper("vector-pepper");
        AcontextToken old = parse(text(plain(), "token"));
        AcontextToken next = old.rotate(pepper)) {
      assertArrayEquals(old.masterKey(pepper).getEncoded(), next.masterKey(pepper).getEncoded());
      assertNotEquals(new String(old.text()), new String(next.text()));
      assertNotEquals(old.lookup(pepper), next.lookup(pepper));
      String verifier = old.verifier(pepper);
      assertTrue(old.matches(verifier, pepper));
      assertFalse(next.matches(verifier, pepper));
    }
  }

  /** What everybody knows protects nothing: it is opened, and nothing new is made with it. */
  @Test
  void nothingIsMadeWithWhatIsPublished() throws Exception {
    UserMasterKey key = UserMasterKey.of(hex(plain(), "masterKeyHex"));
    for (String known : List.of("", "your-secret-pepper")) {
      try (AcontextPepper pepper = pepper(known)) {
        String message =
            refused(IllegalArgumentException.class, () -> AcontextToken.issue(key, pepper))
                .getMessage();
        assertTrue(message.contains("secretPepper"), message);
      }
    }
    JsonNode shipped = tokens().get(5);
    try (AcontextPepper itsOwn = pepper(text(shipped, "pepper"));
        AcontextPepper secret = pepper("vector-pepper");
        AcontextToken token = parse(text(shipped, "token"))) {
      UserMasterKey published = token.masterKey(itsOwn);
      refused(IllegalArgumentException.class, () -> token.rotate(itsOwn));
      String message =
          refused(IllegalArgumentException.class, () -> AcontextToken.issue(published, secret))
              .getMessage();
      assertTrue(message.contains("random key"), message);
    }
  }

  static List<JsonNode> verifiers() {
    return list(file, "phc", 2);
  }

  @ParameterizedTest
  @MethodSource("verifiers")
  void verifies(JsonNode v) throws Exception {
    JsonNode of =
        tokens().stream()
            .filter(t -> text(t, "authSecretHex").equals(text(v, "secret")))
            .findFirst()
            .orElseThrow();
    try (AcontextPepper pepper = pepper(text(v, "pepper"));
        AcontextPepper other = pepper("other-pepper");
        AcontextToken token = parse(text(of, "token"))) {
      assertTrue(token.matches(text(v, "phc"), pepper));
      assertFalse(token.matches(text(v, "phc"), other));
      String ours = token.verifier(pepper);
      assertTrue(token.matches(ours, pepper));
      assertNotEquals(ours, token.verifier(pepper), "a salt of its own");
      for (String made : List.of(ours, text(v, "phc"))) {
        String salt = made.substring(31, 53);
        assertEquals(made, phc(text(v, "secret") + text(v, "pepper"), salt));
      }
    }
  }

  private static String phc(String input, String salt) {
    byte[] hash =
        Argon2id.deriveAcontextVerifier(input.getBytes(UTF_8), Base64.getDecoder().decode(salt));
    return "$argon2id$v=19$m=16384,t=2,p=1$"
        + salt
        + "$"
        + Base64.getEncoder().withoutPadding().encodeToString(hash);
  }

  /** Threat 5: the cost is never taken from the text. */
  @Test
  void refusesEveryOtherCostAndForm() throws Exception {
    String good = text(verifiers().get(0), "phc");
    try (AcontextPepper pepper = pepper("vector-pepper");
        AcontextToken token = parse(text(plain(), "token"))) {
      for (String[] change :
          new String[][] {
            {"m=16384", "m=8"},
            {"m=16384", "m=1073741824"},
            {"m=16384", "m=99999"},
            {"t=2", "t=1"},
            {"t=2", "t=9999999"},
            {"p=1", "p=255"},
            {"v=19", "v=16"},
            {"argon2id", "argon2i"},
            {"argon2id", "bcrypt"},
            {"m=16384,t=2,p=1", "t=2,m=16384,p=1"},
            {"$9x0Uj", "9$x0Uj"},
            {"$9x0Uj", "$-x0Uj"},
            {"PPOQ$", "PPOR$"},
            {"EVtoI", "EVtoJ"},
            {"EVtoI", "EVto="},
            {"EVtoI", "EVto"},
            {"EVtoI", "EVtoI="},
            {"EVtoI", "EVtoI\n"}
          }) {
        String bad = good.replace(change[0], change[1]);
        assertNotEquals(good, bad);
        refused(AcontextFormatException.class, () -> token.matches(bad, pepper));
      }
      refused(AcontextFormatException.class, () -> token.matches("", pepper));
    }
  }

  @Test
  void legacyTokensAreVerifiedToo() throws Exception {
    try (AcontextPepper pepper = pepper("vector-pepper");
        AcontextLegacyToken legacy =
            AcontextLegacyToken.parse("sk-ac-some-plain-secret".toCharArray())) {
      String salt = "AAAAAAAAAAAAAAAAAAAAAA";
      assertTrue(legacy.matches(phc("some-plain-secret" + "vector-pepper", salt), pepper));
      assertFalse(legacy.matches(phc("another-secret" + "vector-pepper", salt), pepper));
    }
  }

  @Test
  void aPepperIsText() {
    assertThrows(IllegalArgumentException.class, () -> pepper("a\ud800"));
  }
}
