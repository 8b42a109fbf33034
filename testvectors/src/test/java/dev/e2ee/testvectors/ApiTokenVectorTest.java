package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenVerifier;
import dev.e2ee.token.ApiTokenWrap;
import dev.e2ee.token.InvalidApiTokenException;
import dev.e2ee.token.MalformedApiTokenWrapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
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

/** Our vectors of {@code testvectors/spec/apitoken.md}, made by a program that shares no code. */
class ApiTokenVectorTest {
  private static final List<String> TYPES =
      List.of("ApiToken", "ApiTokenAuth", "ApiTokenVerify", "ApiTokenWrap");

  private interface Check {
    void of(JsonNode vector) throws Exception;
  }

  private static JsonNode file() throws IOException {
    return new ObjectMapper().readTree(OwnVectors.read("apitoken.json"));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<JsonNode> vectors(String type) throws IOException {
    return stream(file().required("testGroups"))
        .filter(group -> group.required("type").textValue().equals(type))
        .flatMap(group -> stream(group.required("tests")))
        .toList();
  }

  private static Stream<DynamicTest> tests(String type, Check check) throws IOException {
    return vectors(type).stream()
        .map(
            v ->
                DynamicTest.dynamicTest(
                    v.required("tcId") + " " + text(v, "comment"), () -> check.of(v)));
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

  private static ApiToken token(JsonNode v, String member) throws InvalidApiTokenException {
    return ApiToken.parse(text(v, member).toCharArray());
  }

  @Test
  void nothingIsLeftOut() throws IOException {
    int all = 0;
    for (String type : TYPES) {
      all += vectors(type).size();
    }
    assertEquals(file().required("numberOfTests").intValue(), all);
  }

  /** [apitoken-2] [apitoken-3] [apitoken-4] */
  @TestFactory
  Stream<DynamicTest> tokens() throws IOException {
    return tests(
        "ApiToken",
        v -> {
          if (!isValid(v)) {
            assertEquals("invalid-token", text(v, "error"));
            assertThrowsExactly(InvalidApiTokenException.class, () -> token(v, "text"));
            return;
          }
          try (ApiToken token = token(v, "text")) {
            assertEquals(text(v, "text"), new String(token.text()));
            assertArrayEquals(hex(v, "tokenId"), token.id().toBytes());
          }
        });
  }

  /** [apitoken-5] [apitoken-6] */
  @TestFactory
  Stream<DynamicTest> auths() throws IOException {
    return tests(
        "ApiTokenAuth",
        v -> {
          assertTrue(isValid(v));
          String audience = text(v, "audience");
          try (ApiToken token = token(v, "text");
              SecretBytes auth = token.auth(audience)) {
            assertArrayEquals(hex(v, "auth"), auth.copy());
            assertArrayEquals(hex(v, "verifier"), token.verifier(audience).toBytes());
            assertTrue(ApiTokenVerifier.of(hex(v, "verifier")).accepts(hex(v, "auth")));
          }
        });
  }

  /** [apitoken-7] */
  @TestFactory
  Stream<DynamicTest> verifications() throws IOException {
    return tests(
        "ApiTokenVerify",
        v ->
            assertEquals(
                isValid(v), ApiTokenVerifier.of(hex(v, "verifier")).accepts(hex(v, "auth"))));
  }

  private static UserMasterKey unwrap(JsonNode v) throws Exception {
    try (ApiToken token = token(v, "token")) {
      return ApiTokenWrap.of(text(v, "userId"))
          .unwrap(hex(v, "wrap"), token, v.required("minimumIssue").intValue());
    }
  }

  /** [apitoken-8] [apitoken-9] [apitoken-10] [apitoken-11] [apitoken-13] */
  @TestFactory
  Stream<DynamicTest> wraps() throws IOException {
    return tests(
        "ApiTokenWrap",
        v -> {
          if (isValid(v)) {
            opens(v);
          } else if (text(v, "error").equals("malformed")) {
            assertThrowsExactly(MalformedApiTokenWrapException.class, () -> unwrap(v));
          } else {
            assertEquals("not-authentic", text(v, "error"));
            assertThrowsExactly(AEADBadTagException.class, () -> unwrap(v));
          }
        });
  }

  private static void opens(JsonNode v) throws Exception {
    try (UserMasterKey umk = unwrap(v);
        ApiToken token = token(v, "token")) {
      assertArrayEquals(hex(v, "umk"), umk.getEncoded());
      assertEquals(
          new ApiTokenWrap.Info(
              token.id(),
              KeyId.of(hex(v, "keyId")),
              v.required("generation").intValue(),
              v.required("issue").intValue()),
          ApiTokenWrap.inspect(hex(v, "wrap")));
      assertEquals(KeyId.of(hex(v, "keyId")), umk.id().orElseThrow());
      assertEquals(v.required("generation").intValue(), umk.generation());
      byte[] wrap = hex(v, "wrap");
      byte[] ours = ApiTokenWrap.of(text(v, "userId")).wrap(umk, token, info(wrap).issue());
      // Of ours all is the vector's but the box, and that is what the vector's key makes of it.
      assertArrayEquals(Arrays.copyOf(wrap, 80), Arrays.copyOf(ours, 80));
      assertFalse(Arrays.equals(wrap, ours));
      JsonNode values = v.required("intermediate");
      for (byte[] made : List.of(wrap, ours)) {
        assertArrayEquals(
            Arrays.copyOfRange(made, 92, 140),
            gcm(hex(values, "wrapKey"), made, hex(values, "aad"), umk.getEncoded()));
      }
      assertArrayEquals(Arrays.copyOfRange(wrap, 48, 80), hex(values, "commitment"));
      assertArrayEquals(hex(values, "wrapKey"), wrapKey(v, wrap));
    }
  }

  private static ApiTokenWrap.Info info(byte[] wrap) throws MalformedApiTokenWrapException {
    return ApiTokenWrap.inspect(wrap);
  }

  private static byte[] gcm(byte[] key, byte[] wrap, byte[] aad, byte[] plaintext)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(128, wrap, 80, 12));
    cipher.updateAAD(aad);
    return cipher.doFinal(plaintext);
  }

  /** From the specification, with the JDK alone. */
  private static byte[] wrapKey(JsonNode v, byte[] wrap) throws GeneralSecurityException {
    byte[] seed =
        Arrays.copyOfRange(
            java.util.Base64.getUrlDecoder().decode(text(v, "token").substring(5)), 1, 33);
    byte[] user = text(v, "userId").getBytes(UTF_8);
    byte[] label = "e2ee-apitoken-key-v2\0".getBytes(UTF_8);
    byte[] info =
        ByteBuffer.allocate(label.length + 4 + 9 + user.length + 4 + 48 + 1)
            .put(label)
            .putInt(9 + user.length)
            .put(new byte[] {1, 0, 1, 0, 2})
            .putInt(user.length)
            .put(user)
            .putInt(48)
            .put(wrap, 0, 48)
            .put((byte) 1)
            .array();
    Mac mac = Mac.getInstance("HmacSHA256", "SunJCE");
    mac.init(new SecretKeySpec(seed, "HmacSHA256"));
    return mac.doFinal(info);
  }
}
