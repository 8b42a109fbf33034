package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.Node;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.HexFormat;
import java.util.List;
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

  private static byte[] seal(Vector vector) throws GeneralSecurityException {
    EnvelopeParameterSpec spec =
        vector
            .context()
            .map(EnvelopeParameterSpec::new)
            .orElseGet(EnvelopeParameterSpec::withoutContext)
            .withSuite(Suite.AES_256_GCM);
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", PROVIDER);
    cipher.init(Cipher.ENCRYPT_MODE, vector.key(), spec);
    cipher.updateAAD(vector.aad());
    return cipher.doFinal(vector.bytes("plaintext"));
  }

  private static ObjectNode request(Vector vector) throws GeneralSecurityException {
    JsonNode key = vector.keys().get(0);
    ObjectNode request = JSON.createObjectNode();
    request.set("umk", key.get("umk"));
    if (key.get("kind").textValue().equals("custody")) {
      request.set("keyId", key.get("keyId"));
      request.set("generation", key.get("generation"));
    }
    if (vector.context().isPresent()) {
      request.set("context", vector.json().get("context"));
    } else {
      request.put("aad", HexFormat.of().formatHex(vector.aad()));
    }
    return request.put("envelope", HexFormat.of().formatHex(seal(vector)));
  }

  @Test
  void nodeOpensThemAll() throws GeneralSecurityException, IOException, InterruptedException {
    List<Vector> vectors =
        EnvelopeVectors.WHOLE.tests("EnvelopeOpen").filter(Vector::valid).toList();
    ArrayNode requests = JSON.createArrayNode();
    for (Vector vector : vectors) {
      requests.add(request(vector));
    }
    Path questions = temp.resolve("requests.json");
    Path answers = temp.resolve("answers.json");
    JSON.writeValue(questions.toFile(), requests);
    Node.Result result =
        Node.run("open-envelope.mjs", "--batch", questions.toString(), answers.toString());
    assertEquals(0, result.exitCode(), result.output());
    JsonNode opened = JSON.readTree(answers.toFile());
    assertEquals(vectors.size(), opened.size());
    assertTrue(vectors.size() >= 45);
    for (int i = 0; i < vectors.size(); i++) {
      Vector vector = vectors.get(i);
      assertTrue(opened.get(i).has("plaintext"), vector.name() + ": " + opened.get(i));
      assertArrayEquals(
          vector.bytes("plaintext"),
          EnvelopeVectors.bytes(opened.get(i).get("plaintext")),
          vector.name());
    }
  }
}
