package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import java.security.InvalidKeyException;
import java.util.HexFormat;

/**
 * A device of the file, private keys and all.
 *
 * @param keys its public ones
 * @param agreement its pair for wraps
 * @param signing its pair for signatures
 */
record VectorDevice(DevicePublicKeys keys, CurveKeyPair agreement, CurveKeyPair signing) {
  static VectorDevice of(JsonNode json) {
    try {
      DevicePublicKeys keys = DevicePublicKeys.decode(hex(json, "publicKeys"));
      Curve agreement = isP256(json, "agreement") ? Curve.P256 : Curve.X25519;
      Curve signing = isP256(json, "signing") ? Curve.P256 : Curve.ED25519;
      return new VectorDevice(
          keys,
          pair(agreement, hex(json, "agreementPrivate"), keys.agreementKey()),
          pair(signing, hex(json, "signingPrivate"), keys.signingKey()));
    } catch (MalformedMessageException e) {
      throw new IllegalArgumentException("a device of the file has no valid keys", e);
    }
  }

  private static boolean isP256(JsonNode json, String member) {
    return json.required(member).textValue().equals("p256");
  }

  private static CurveKeyPair pair(Curve curve, byte[] secret, byte[] open) {
    return new CurveKeyPair(curve, SecretBytes.adopt(secret), open);
  }

  private static byte[] hex(JsonNode json, String member) {
    return HexFormat.of().parseHex(json.required(member).textValue());
  }

  /** The device as its owner has it, over the engine of the subject. */
  DeviceIdentity identity(E2eeProvider provider) throws InvalidKeyException {
    return DeviceIdentity.of(
        keys, agreement.privateKey().copy(), signing.privateKey().copy(), provider);
  }
}
