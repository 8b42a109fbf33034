package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.Node;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Java seals, the opener in Node opens: over the contexts and plaintexts of all valid vectors.
 */
class NodeOpensOursTest {
  private static final Provider PROVIDER = new E2eeProvider();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  /** What is sealed, and how: the vector gives key and context. */
  private record Message(Vector vector, Suite suite, String plaintext, boolean reusing) {
    boolean inCustody() {
      return !vector.keys().get(0).get("kind").textValue().equals("raw");
    }

    /** The same by a DEK that is derived. */
    Message withReuse() {
      return new Message(vector, suite, plaintext, true);
    }
  }

  private static Stream<Message> messages() {
    Stream<Message> whole =
        EnvelopeVectors.WHOLE
            .tests("EnvelopeOpen")
            .filter(Vector::valid)
            .flatMap(v -> Stream.of(Suite.values()).map(s -> message(v, s, v.bytes("plaintext"))));
    Stream<Message> chunked =
        EnvelopeVectors.CHUNKED
            .tests("EnvelopeOpen")
            .filter(v -> v.valid() && v.firstFlag().equals("Size"))
            .map(v -> message(v, Suite.AES_256_GCM_CHUNKED, opened(v)));
    List<Message> all = Stream.concat(whole, chunked).toList();
    // [envelope-57] [envelope-58]
    return Stream.concat(
        all.stream(), all.stream().filter(Message::inCustody).map(Message::withReuse));
  }

  private static Message message(Vector vector, Suite suite, byte[] plaintext) {
    return new Message(vector, suite, HexFormat.of().formatHex(plaintext), false);
  }

  private static byte[] opened(Vector vector) {
    try {
      return cipher(Cipher.DECRYPT_MODE, vector, spec(vector, Suite.AES_256_GCM_CHUNKED))
          .doFinal(vector.bytes("envelope"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EnvelopeParameterSpec spec(Vector vector, Suite suite) {
    return vector
        .context()
        .map(EnvelopeParameterSpec::new)
        .orElseGet(EnvelopeParameterSpec::withoutContext)
        .withSuite(suite);
  }

  private static Cipher cipher(int mode, Vector vector, EnvelopeParameterSpec spec)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", PROVIDER);
    cipher.init(mode, vector.key(), spec);
    cipher.updateAAD(vector.aad());
    return cipher;
  }

  private static byte[] seal(Message message) throws GeneralSecurityException {
    EnvelopeParameterSpec spec = spec(message.vector(), message.suite());
    byte[] plaintext = HexFormat.of().parseHex(message.plaintext());
    if (!message.reusing()) {
      return cipher(Cipher.ENCRYPT_MODE, message.vector(), spec).doFinal(plaintext);
    }
    try (DataKeyReuse reuse = DataKeyReuse.limitedTo(2, Duration.ofHours(1), 1 << 30)) {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, message.vector(), spec.withDataKeyReuse(reuse));
      byte[] sealed = cipher.doFinal(plaintext);
      assertTrue((sealed[28] & 0xff) > 128, "the DEK is derived");
      return sealed;
    }
  }

  private static ObjectNode request(Message message) throws GeneralSecurityException {
    Vector vector = message.vector();
    JsonNode key = vector.keys().get(0);
    ObjectNode request = JSON.createObjectNode();
    for (String secret : new String[] {"umk", "mac", "decrypts", "signs"}) {
      if (key.has(secret)) {
        request.set(secret, key.get(secret));
      }
    }
    if (!key.get("kind").textValue().equals("raw")) {
      request.set("keyId", key.get("keyId"));
      request.set("generation", key.get("generation"));
      request.set("use", key.get("kind"));
      request.put("wrapAlg", key.get("kind").textValue().equals("token") ? 2 : 1);
    }
    if (vector.context().isPresent()) {
      request.set("context", vector.json().get("context"));
    } else {
      request.put("aad", HexFormat.of().formatHex(vector.aad()));
    }
    return request.put("envelope", HexFormat.of().formatHex(seal(message)));
  }

  @Test
  void nodeOpensThemAll() throws GeneralSecurityException, IOException, InterruptedException {
    List<Message> messages = messages().toList();
    ArrayNode requests = JSON.createArrayNode();
    for (Message message : messages) {
      requests.add(request(message));
    }
    Path questions = temp.resolve("requests.json");
    Path answers = temp.resolve("answers.json");
    JSON.writeValue(questions.toFile(), requests);
    Node.Result result =
        Node.run("node/open-envelope.mjs", "--batch", questions.toString(), answers.toString());
    assertEquals(0, result.exitCode(), result.output());
    JsonNode opened = JSON.readTree(answers.toFile());
    assertEquals(messages.size(), opened.size());
    assertTrue(messages.size() >= 100);
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      String name = message.vector().name() + " " + message.suite();
      assertTrue(opened.get(i).has("plaintext"), name + ": " + opened.get(i));
      assertEquals(message.plaintext(), opened.get(i).get("plaintext").textValue(), name);
    }
  }
}
