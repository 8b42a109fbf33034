package dev.e2ee.testvectors.keyring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.testvectors.SharedFiles;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The vectors that the real Starfish client made: {@code ../shared/interop/starfish-*.json}. */
public final class Starfish {
  static final HexFormat HEX = HexFormat.of();
  static final ObjectMapper JSON = new ObjectMapper();

  private Starfish() {}

  public static JsonNode file(String name) throws IOException {
    return JSON.readTree(SharedFiles.ofThisProject().interop(name).toFile());
  }

  public static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static String text(JsonNode node, String member) {
    return node.required(member).textValue();
  }

  /** An object, which the caller may change when it copies it. */
  static ObjectNode object(JsonNode node, String member) {
    return (ObjectNode) node.required(member);
  }

  static byte[] hex(JsonNode node, String member) {
    return HEX.parseHex(text(node, member));
  }

  static byte[] bytes(JsonNode node) throws IOException {
    return JSON.writeValueAsBytes(node);
  }

  /** One of {@code identities}. */
  public static DeviceIdentity identity(String name) throws Exception {
    JsonNode found = file("starfish-keyring.json").required("identities").required(name);
    return identity(
        name,
        text(found, "kemPub"),
        text(found, "kemPriv"),
        hex(found, "edPub"),
        hex(found, "edPriv"));
  }

  static DeviceIdentity identity(
      String name, String kemPub, String kemPriv, byte[] edPub, byte[] edPriv)
      throws InvalidKeyException {
    String checked = new Recipient(kemPub).key();
    DevicePublicKeys keys =
        DevicePublicKeys.of(
            name,
            AgreementAlgorithm.X25519,
            HEX.parseHex(checked),
            SigningAlgorithm.ED25519,
            edPub);
    return DeviceIdentity.of(keys, HEX.parseHex(kemPriv), edPriv);
  }
}
