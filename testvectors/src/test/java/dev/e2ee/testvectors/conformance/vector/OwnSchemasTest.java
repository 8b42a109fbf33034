package dev.e2ee.testvectors.conformance.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.testvectors.OwnVectors;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * Wraps of tokens, keyrings and invites are in no conformance run, for no JCA provider has them; so
 * their files are checked here.
 */
class OwnSchemasTest {
  private static void check(JsonNode json) throws IOException {
    String schema = json.get("schema").asText();
    String file = schema.replace(".schema", "");
    Schemas.check(file, json, schema, name -> new String(OwnVectors.read(name), UTF_8));
  }

  @Test
  void theVectorsOfTokensAreWhatTheirSchemaSays() throws IOException {
    JsonNode json = new ObjectMapper().readTree(OwnVectors.read("token.json"));
    check(json);
    ((ObjectNode) json.at("/testGroups/1/tests/0")).put("dek", "00");
    assertThrows(BadVectorFileException.class, () -> check(json));
  }

  @Test
  void theVectorsOfKeyringsAreWhatTheirSchemaSays() throws IOException {
    JsonNode json = new ObjectMapper().readTree(OwnVectors.read("keyring.json"));
    check(json);
    ((ObjectNode) json.at("/testGroups/1/tests/0")).put("revision", 0);
    assertThrows(BadVectorFileException.class, () -> check(json));
  }

  @Test
  void theVectorsOfInvitesAreWhatTheirSchemaSays() throws IOException {
    JsonNode json = new ObjectMapper().readTree(OwnVectors.read("invite.json"));
    check(json);
    ((ObjectNode) json.at("/testGroups/1/tests/0")).put("dataKey", "00");
    assertThrows(BadVectorFileException.class, () -> check(json));
  }
}
