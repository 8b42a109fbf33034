package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.SealedKeys;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our vectors of {@code testvectors/spec/rotation.md}, made by a program that shares no code. */
class RotationVectorTest {
  private static final RecordContext CONTEXT = RecordContext.of("e2ee", "e2ee-sealed-keys", "v1");

  private static JsonNode file() throws IOException {
    return new ObjectMapper().readTree(OwnVectors.read("rotation.json"));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static byte[] hex(JsonNode v, String member) {
    return HexFormat.of().parseHex(v.required(member).textValue());
  }

  private static UserMasterKey key(JsonNode v) {
    return UserMasterKey.of(
        hex(v, "umk"), KeyId.of(hex(v, "keyId")), v.required("generation").intValue());
  }

  @Test
  void nothingIsLeftOut() throws IOException {
    assertEquals(file().required("numberOfTests").longValue(), sealedKeys().count());
  }

  /** [rotation-1] [rotation-2] [rotation-3] [rotation-4] */
  @TestFactory
  Stream<DynamicTest> sealedKeys() throws IOException {
    return stream(file().required("testGroups"))
        .filter(group -> group.required("type").textValue().equals("SealedKeys"))
        .flatMap(
            group ->
                stream(group.required("tests"))
                    .map(
                        v ->
                            DynamicTest.dynamicTest(
                                v.required("tcId") + " " + v.required("comment").textValue(),
                                () -> check(group.required("keys").required(0), v))));
  }

  private static void check(JsonNode newKey, JsonNode v) throws Exception {
    try (UserMasterKey key = key(newKey)) {
      if (newKey.required("kind").textValue().equals("raw")) {
        try (UserMasterKey raw = UserMasterKey.of(hex(newKey, "umk"))) {
          check(raw, v);
        }
      }
      check(key, v);
    }
  }

  private static void check(UserMasterKey newKey, JsonNode v) throws Exception {
    byte[] sealed = hex(v, "sealed");
    if (v.required("result").textValue().equals("valid")) {
      opens(newKey, v, sealed);
      return;
    }
    AEADBadTagException refused =
        assertThrows(AEADBadTagException.class, () -> SealedKeys.open(sealed, newKey));
    assertEquals(
        switch (v.required("error").textValue()) {
          case "malformed" -> MalformedEnvelopeException.class;
          case "wrong-key" -> WrongKeyException.class;
          default -> AEADBadTagException.class;
        },
        refused.getClass());
  }

  private static void opens(UserMasterKey newKey, JsonNode v, byte[] sealed) throws Exception {
    List<JsonNode> expected = stream(v.required("keys")).toList();
    List<UserMasterKey> keys = SealedKeys.open(sealed, newKey);
    assertEquals(expected.size(), keys.size());
    for (int i = 0; i < keys.size(); i++) {
      assertEquals(KeyId.of(hex(expected.get(i), "keyId")), keys.get(i).id().orElseThrow());
      assertEquals(expected.get(i).required("generation").intValue(), keys.get(i).generation());
      assertArrayEquals(hex(expected.get(i), "umk"), keys.get(i).getEncoded());
    }
    List<UserMasterKey> shuffled = new ArrayList<>(keys);
    Collections.reverse(shuffled);
    try (Envelope envelope = Envelope.with(newKey)) {
      assertArrayEquals(
          hex(v.required("intermediate"), "content"),
          envelope.open(SealedKeys.seal(shuffled, newKey), CONTEXT),
          "what we seal has the same content");
    }
    keys.forEach(UserMasterKey::close);
  }
}
