package dev.e2ee.testvectors.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.OwnVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Key;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The vectors of {@code envelope.json} as objects. */
final class EnvelopeVectors {
  private static final JsonNode FILE = read();

  private EnvelopeVectors() {}

  private static JsonNode read() {
    try {
      return new ObjectMapper().readTree(OwnVectors.read("envelope.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many tests the file says it has. */
  static int count() {
    return FILE.get("numberOfTests").intValue();
  }

  /** All groups. */
  static Stream<Group> groups() {
    return elements(FILE.get("testGroups")).map(Group::new);
  }

  /** All tests of the groups of one type. */
  static Stream<Vector> tests(String type) {
    return groups().filter(group -> group.type().equals(type)).flatMap(Group::tests);
  }

  /** The one valid envelope of the raw UMK's group with this comment. */
  static Vector valid(String comment) {
    return tests("EnvelopeOpen")
        .filter(test -> test.valid() && test.comment().equals(comment))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Hex, or one byte repeated. */
  static byte[] bytes(JsonNode value) {
    if (value.isTextual()) {
      return HexFormat.of().parseHex(value.textValue());
    }
    byte[] bytes = new byte[value.get("length").intValue()];
    Arrays.fill(bytes, HexFormat.of().parseHex(value.get("repeat").textValue())[0]);
    return bytes;
  }

  record Group(JsonNode json) {
    String type() {
      return json.get("type").textValue();
    }

    Stream<Vector> tests() {
      return elements(json.get("tests")).map(test -> new Vector(json.get("keys"), test));
    }
  }

  record Vector(JsonNode keys, JsonNode json) {
    String name() {
      return json.get("tcId") + " " + firstFlag() + ": " + comment();
    }

    String firstFlag() {
      return json.get("flags").get(0).textValue();
    }

    String comment() {
      return json.get("comment").textValue();
    }

    boolean valid() {
      return json.get("result").textValue().equals("valid");
    }

    String error() {
      return json.get("error").textValue();
    }

    byte[] bytes(String member) {
      return EnvelopeVectors.bytes(json.get(member));
    }

    byte[] intermediate(String member) {
      return EnvelopeVectors.bytes(json.get("intermediate").get(member));
    }

    int number(String member) {
      return json.has(member) ? json.get(member).intValue() : 0;
    }

    /** The raw associated data, or no bytes. */
    byte[] aad() {
      return json.has("aad") ? bytes("aad") : new byte[0];
    }

    Optional<RecordContext> context() {
      JsonNode c = json.get("context");
      if (c == null) {
        return Optional.empty();
      }
      RecordContext context =
          RecordContext.of(
              c.get("userId").textValue(),
              c.get("entityType").textValue(),
              c.get("entityId").textValue());
      if (c.has("tenant")) {
        context = context.withTenant(c.get("tenant").textValue());
      }
      if (c.has("revision")) {
        context = context.withRevision(Long.parseUnsignedLong(c.get("revision").textValue()));
      }
      return Optional.of(context);
    }

    /** The key that the opener holds: a raw one, or one in custody with its generations. */
    Key key() {
      JsonNode first = keys.get(0);
      if (first.get("kind").textValue().equals("raw")) {
        return UserMasterKey.of(EnvelopeVectors.bytes(first.get("umk")));
      }
      List<MemoryCustodyKey.Generation> generations =
          elements(keys)
              .map(
                  key ->
                      new MemoryCustodyKey.Generation(
                          SecretBytes.adopt(EnvelopeVectors.bytes(key.get("umk"))),
                          KeyId.parse(key.get("keyId").textValue()),
                          (int) key.get("generation").longValue()))
              .toList();
      return new MemoryCustodyKey(generations);
    }
  }
}
