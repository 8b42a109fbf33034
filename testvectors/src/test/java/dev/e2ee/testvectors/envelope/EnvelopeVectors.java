package dev.e2ee.testvectors.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.OwnVectors;
import dev.e2ee.testvectors.conformance.own.LongValue;
import dev.e2ee.testvectors.conformance.own.VectorKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;

/** The vectors of one file of envelopes as objects. */
final class EnvelopeVectors {
  /** Suite 1, the DEK wrap, the parameters. */
  static final EnvelopeVectors WHOLE = new EnvelopeVectors("envelope.json");

  /** Suite 2. */
  static final EnvelopeVectors CHUNKED = new EnvelopeVectors("envelope-chunked.json");

  private final JsonNode file;

  private EnvelopeVectors(String name) {
    try {
      file = new ObjectMapper().readTree(OwnVectors.read(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many tests the file says it has. */
  int count() {
    return file.get("numberOfTests").intValue();
  }

  /** All groups. */
  Stream<Group> groups() {
    return elements(file.get("testGroups")).map(Group::new);
  }

  /** All tests of the groups of one type. */
  Stream<Vector> tests(String type) {
    return groups().filter(group -> group.type().equals(type)).flatMap(Group::tests);
  }

  /** The one valid envelope of the raw UMK's group with this comment. */
  Vector valid(String comment) {
    return tests("EnvelopeOpen")
        .filter(test -> test.valid() && test.comment().equals(comment))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
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

    /** The exception that an opener of the whole envelope throws, exactly. */
    Class<? extends AEADBadTagException> exception() {
      return exception(error());
    }

    /** The one that an opener throws who does not know where the envelope ends. */
    Class<? extends AEADBadTagException> streamException() {
      return exception(json.has("streamError") ? json.get("streamError").textValue() : error());
    }

    private static Class<? extends AEADBadTagException> exception(String error) {
      return switch (error) {
        case "malformed" -> MalformedEnvelopeException.class;
        case "unsupported" -> UnsupportedEnvelopeException.class;
        case "wrong-key" -> WrongKeyException.class;
        case "not-authentic" -> AEADBadTagException.class;
        default -> throw new IllegalArgumentException("no class of error " + error);
      };
    }

    /** Whether this is what a member says: bytes, or their length and hash. */
    boolean is(String member, byte[] seen) {
      JsonNode expected = json.get(member);
      if (expected == null) {
        return seen.length == 0;
      }
      if (!expected.has("sha256")) {
        return Arrays.equals(LongValue.bytes(expected), seen);
      }
      return expected.get("length").intValue() == seen.length
          && expected.get("sha256").textValue().equals(sha256(seen));
    }

    private static String sha256(byte[] bytes) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    long length(String member) {
      return json.get(member).longValue();
    }

    byte[] bytes(String member) {
      return LongValue.bytes(json.get(member));
    }

    byte[] intermediate(String member) {
      return LongValue.bytes(json.get("intermediate").get(member));
    }

    /** Where the body begins: behind a header with this wrap. */
    int bodyAt() {
      return 63 + ByteBuffer.wrap(bytes("envelope")).getShort(29);
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
        return UserMasterKey.of(LongValue.bytes(first.get("umk")));
      }
      if (elements(keys).anyMatch(key -> key.has("decrypts"))) {
        return VectorKey.of(Engine.jdk(), keys);
      }
      return new MemoryCustodyKey(elements(keys).map(Vector::generation).toList());
    }

    private static MemoryCustodyKey.Generation generation(JsonNode key) {
      return new MemoryCustodyKey.Generation(
          SecretBytes.adopt(LongValue.bytes(key.get("umk"))),
          key.has("mac") ? SecretBytes.adopt(LongValue.bytes(key.get("mac"))) : null,
          KeyId.parse(key.get("keyId").textValue()),
          (int) key.get("generation").longValue(),
          wrapAlg(key.get("kind").textValue()));
    }

    private static int wrapAlg(String kind) {
      return switch (kind) {
        case "custody" -> 1;
        case "token" -> 2;
        case "kw" -> 3;
        default -> throw new IllegalArgumentException("no such kind of UMK in memory: " + kind);
      };
    }
  }
}
