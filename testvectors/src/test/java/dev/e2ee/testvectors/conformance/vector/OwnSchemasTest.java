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
 * Wraps of tokens, keyrings, invites and stores are in no conformance run, for no JCA provider has
 * them; so their files are checked here.
 */
class OwnSchemasTest {
  private static void check(JsonNode json) throws IOException {
    String schema = json.get("schema").asText();
    String file = schema.replace(".schema", "");
    Schemas.check(file, json, schema, name -> new String(OwnVectors.read(name), UTF_8));
  }

  /** The file is what its schema says, and no longer so with another value of one member. */
  private static void check(String file, String test, String member, Object bad)
      throws IOException {
    JsonNode json = new ObjectMapper().readTree(OwnVectors.read(file));
    check(json);
    ((ObjectNode) json.at(test)).putPOJO(member, bad);
    JsonNode changed = new ObjectMapper().readTree(json.toString());
    assertThrows(BadVectorFileException.class, () -> check(changed));
  }

  @Test
  void theVectorsOfTokensAreWhatTheirSchemaSays() throws IOException {
    check("token.json", "/testGroups/1/tests/0", "dek", "00");
  }

  @Test
  void theVectorsOfKeyringsAreWhatTheirSchemaSays() throws IOException {
    check("keyring.json", "/testGroups/1/tests/0", "revision", 0);
  }

  @Test
  void theVectorsOfInvitesAreWhatTheirSchemaSays() throws IOException {
    check("invite.json", "/testGroups/1/tests/0", "dataKey", "00");
  }

  @Test
  void theVectorsOfStoresAreWhatTheirSchemaSays() throws IOException {
    check("store.json", "/testGroups/0/tests/0", "generation", 0);
  }
}
