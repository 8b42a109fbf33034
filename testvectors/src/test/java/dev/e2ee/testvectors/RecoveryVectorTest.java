package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.recovery.InvalidRecoveryCodeException;
import dev.e2ee.recovery.MalformedRecoveryWrapException;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.recovery.RecoveryWrap;
import dev.e2ee.recovery.RecoveryWrapParameterSpec;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our vectors of {@code testvectors/spec/recovery.md}, made by a program that shares no code. */
class RecoveryVectorTest {
  private static final Provider PROVIDER = new E2eeProvider();
  private static final String PARAMETERS = "E2EE-RecoveryWrap";

  private interface Check {
    void of(JsonNode vector) throws Exception;
  }

  private static JsonNode file() throws IOException {
    return new ObjectMapper().readTree(OwnVectors.read("recovery.json"));
  }

  private static List<JsonNode> vectors(String type) throws IOException {
    return stream(file().required("testGroups"))
        .filter(group -> group.required("type").textValue().equals(type))
        .flatMap(group -> stream(group.required("tests")))
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static Stream<DynamicTest> tests(String type, Check check) throws IOException {
    return vectors(type).stream()
        .map(
            v ->
                DynamicTest.dynamicTest(
                    v.required("tcId") + " " + v.required("comment").textValue(),
                    () -> check.of(v)));
  }

  private static byte[] hex(JsonNode v, String member) {
    return HexFormat.of().parseHex(v.required(member).textValue());
  }

  private static boolean isValid(JsonNode v) {
    return v.required("result").textValue().equals("valid");
  }

  @Test
  void nothingIsLeftOut() throws IOException {
    assertEquals(
        file().required("numberOfTests").intValue(),
        vectors("RecoveryCode").size()
            + vectors("RecoveryWrap").size()
            + vectors("RecoveryWrapParameters").size());
  }

  /** [recovery-1] [recovery-2] [recovery-3] */
  @TestFactory
  Stream<DynamicTest> codes() throws IOException {
    String first = vectors("RecoveryCode").get(0).required("typed").textValue();
    return tests(
        "RecoveryCode",
        v -> {
          char[] typed = v.required("typed").textValue().toCharArray();
          if (!isValid(v)) {
            assertThrows(InvalidRecoveryCodeException.class, () -> RecoveryCode.parse(typed));
            return;
          }
          try (RecoveryCode code = RecoveryCode.parse(typed)) {
            assertArrayEquals(hex(v, "entropy"), code.getEncoded());
            if (Arrays.equals(code.getEncoded(), hex(vectors("RecoveryCode").get(0), "entropy"))) {
              assertEquals(first, new String(code.text()));
            }
          }
        });
  }

  /** The code that has these 16 bytes. */
  private static RecoveryCode code(byte[] entropy) throws Exception {
    for (JsonNode v : vectors("RecoveryCode")) {
      if (isValid(v) && Arrays.equals(entropy, hex(v, "entropy"))) {
        return RecoveryCode.parse(v.required("typed").textValue().toCharArray());
      }
    }
    throw new AssertionError("no code of the file has these bytes");
  }

  private static UserMasterKey unwrap(JsonNode v) throws Exception {
    try (RecoveryCode code = code(hex(v, "code"))) {
      return RecoveryWrap.of(v.required("userId").textValue())
          .unwrap(hex(v, "wrap"), code, v.required("minimumIssue").intValue());
    }
  }

  /**
   * [recovery-4] [recovery-5] [recovery-7] [recovery-8] [recovery-9] [recovery-11] [recovery-12]
   */
  @TestFactory
  Stream<DynamicTest> wraps() throws IOException {
    return tests(
        "RecoveryWrap",
        v -> {
          if (isValid(v)) {
            opens(v);
          } else if (v.required("error").textValue().equals("malformed")) {
            assertThrows(MalformedRecoveryWrapException.class, () -> unwrap(v));
          } else {
            assertEquals("not-authentic", v.required("error").textValue());
            assertThrows(AEADBadTagException.class, () -> unwrap(v));
          }
        });
  }

  /** [recovery-10] */
  @TestFactory
  Stream<DynamicTest> parameters() throws IOException {
    return tests(
        "RecoveryWrapParameters",
        v -> {
          AlgorithmParameters read = AlgorithmParameters.getInstance(PARAMETERS, PROVIDER);
          if (!isValid(v)) {
            assertThrows(IOException.class, () -> read.init(hex(v, "encoded")));
            return;
          }
          read.init(hex(v, "encoded"));
          RecoveryWrapParameterSpec expected = spec(v);
          assertEquals(expected, read.getParameterSpec(RecoveryWrapParameterSpec.class));
          AlgorithmParameters written = AlgorithmParameters.getInstance(PARAMETERS, PROVIDER);
          written.init(expected);
          assertArrayEquals(hex(v, "encoded"), written.getEncoded());
        });
  }

  private static RecoveryWrapParameterSpec spec(JsonNode v) {
    String userId = v.required("userId").textValue();
    int issue = v.required("issue").intValue();
    int memoryKiB = v.required("memory").intValue();
    int passes = v.required("passes").intValue();
    int lanes = v.required("lanes").intValue();
    return memoryKiB == 0
        ? RecoveryWrapParameterSpec.withoutCost(userId, issue)
        : new RecoveryWrapParameterSpec(userId, issue, new Argon2Cost(memoryKiB, passes, lanes));
  }

  private static void opens(JsonNode v) throws Exception {
    UserMasterKey umk = unwrap(v);
    assertArrayEquals(hex(v, "umk"), umk.getEncoded());
    assertEquals(KeyId.of(hex(v, "keyId")), umk.id().orElseThrow());
    assertEquals(v.required("generation").intValue(), umk.generation());
    RecoveryWrap.Info info = RecoveryWrap.inspect(hex(v, "wrap"));
    assertEquals(v.required("issue").intValue(), info.issue());
    assertEquals(isWithoutCost(v), info.cost().isEmpty());
    byte[] salt = Arrays.copyOfRange(hex(v, "wrap"), 44, 76);
    byte[] code = hex(v, "code");
    assertArrayEquals(
        hex(v.required("intermediate"), "root"),
        isWithoutCost(v)
            ? hkdf(v.required("userId").textValue(), code, salt)
            : Argon2id.derive(info.cost().orElseThrow(), code, salt, 32));
  }

  private static boolean isWithoutCost(JsonNode v) {
    return stream(v.required("flags")).anyMatch(flag -> flag.textValue().equals("WithoutCost"));
  }

  /** Derivation 2, from the specification. */
  private static byte[] hkdf(String userId, byte[] code, byte[] salt)
      throws GeneralSecurityException {
    byte[] user = userId.getBytes(UTF_8);
    byte[] info =
        ByteBuffer.allocate(22 + 4 + 9 + user.length + 1)
            .put("e2ee-recovery-root-v1\0".getBytes(UTF_8))
            .putInt(9 + user.length)
            .put(new byte[] {1, 0, 1, 0, 2})
            .putInt(user.length)
            .put(user)
            .put((byte) 1)
            .array();
    return hmac(hmac(salt, code), info);
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }
}
