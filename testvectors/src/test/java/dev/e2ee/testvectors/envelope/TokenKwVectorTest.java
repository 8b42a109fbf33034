package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.testvectors.OwnVectors;
import dev.e2ee.testvectors.conformance.own.VectorKey;
import java.io.IOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The vectors of wrapAlg 3, where software plays the token. */
class TokenKwVectorTest {
  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static DekWrap umk(JsonNode keys) {
    ObjectNode key = keys.deepCopy();
    key.set("kind", key.remove("use"));
    ArrayNode one = new ObjectMapper().createArrayNode().add(key);
    return ((VectorKey) VectorKey.of(Engine.jdk(), one)).operation(DekWrap.class).orElseThrow();
  }

  private static byte[] hex(JsonNode test, String member) {
    return HexFormat.of().parseHex(test.get(member).textValue());
  }

  @TestFactory
  @DisplayName("[token-26] a wrong tag is the wrap's, and what does not unwrap behind it is not")
  Stream<DynamicTest> everyWrap() throws IOException {
    JsonNode file = new ObjectMapper().readTree(OwnVectors.read("token.json"));
    return elements(file.get("testGroups"))
        .filter(group -> group.get("type").textValue().equals("TokenKwUnwrap"))
        .flatMap(
            group ->
                elements(group.get("tests"))
                    .map(
                        test ->
                            DynamicTest.dynamicTest(
                                test.get("tcId") + " " + test.get("comment").textValue(),
                                () -> check(umk(group.get("keys")), test))));
  }

  private static void check(DekWrap umk, JsonNode test) {
    byte[] wrap = hex(test, "wrap");
    byte[] aad = hex(test, "aad");
    if (test.get("result").textValue().equals("valid")) {
      try (SecretBytes dek = umk.unwrap(wrap, aad)) {
        assertArrayEquals(hex(test, "dek"), dek.copy());
        assertArrayEquals(wrap, umk.wrap(dek, aad));
      }
    } else if (test.get("fault").textValue().startsWith("length")) {
      // Whoever asks a key looks at the length first. [token-10]
      assertNotEquals(umk.wrappedLength(), wrap.length);
    } else {
      var e = assertThrows(CustodyException.class, () -> umk.unwrap(wrap, aad).close());
      boolean fault = test.get("error").textValue().equals("fault");
      assertEquals(fault ? Kind.CORRUPT : Kind.INTEGRITY, e.kind());
    }
  }

  @Test
  void theFileHasThem() throws IOException {
    assertTrue(everyWrap().count() >= 60);
  }
}
