package dev.e2ee.interop.pia;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A device as PIA's server tells of it.
 *
 * @param deviceId a UUID in lower case
 * @param agreementPublicKey base64 of 65 bytes, an uncompressed P-256 point
 * @param signingPublicKey base64 of 65 bytes, an uncompressed P-256 point
 */
public record PiaDevice(String deviceId, String agreementPublicKey, String signingPublicKey) {
  private static final int POINT = 65;
  private static final int FINGERPRINT = 8;

  /**
   * A device of ours in PIA's form.
   *
   * @throws IllegalArgumentException when its keys are not on P-256
   */
  public static PiaDevice of(DevicePublicKeys keys) {
    requireP256(keys);
    return new PiaDevice(
        keys.deviceId(), PiaText.text(keys.agreementKey()), PiaText.text(keys.signingKey()));
  }

  static void requireP256(DevicePublicKeys keys) {
    if (keys.agreementAlgorithm() != AgreementAlgorithm.P256
        || keys.signingAlgorithm() != SigningAlgorithm.ECDSA_P256) {
      throw new IllegalArgumentException("PIA knows devices with P-256 only, not " + keys);
    }
  }

  /**
   * Its keys, checked.
   *
   * @throws PiaFormatException for a text that is not canonical base64 of 65 bytes, a point that is
   *     not on the curve, or an id that is empty or too long
   */
  public DevicePublicKeys keys() throws PiaFormatException {
    byte[] agreement = PiaText.base64("agreement key", agreementPublicKey, POINT);
    byte[] signing = PiaText.base64("signing key", signingPublicKey, POINT);
    try {
      return DevicePublicKeys.of(
          deviceId, AgreementAlgorithm.P256, agreement, SigningAlgorithm.ECDSA_P256, signing);
    } catch (InvalidKeyException | IllegalArgumentException e) {
      throw new PiaFormatException("the device is not valid: " + e.getMessage(), e);
    }
  }

  /**
   * PIA's fingerprint: the first 64 bits of SHA-256 over the agreement key, as {@code
   * XXXX-XXXX-XXXX-XXXX} in hex. It covers neither the signing key nor the id; {@link
   * dev.e2ee.device.Fingerprint} does.
   *
   * @throws PiaFormatException as {@link #keys}
   */
  public String fingerprint() throws PiaFormatException {
    byte[] hash = Engine.configured().sha256(keys().agreementKey());
    String hex = HexFormat.of().withUpperCase().formatHex(Arrays.copyOf(hash, FINGERPRINT));
    return hex.replaceAll("(.{4})(?=.)", "$1-");
  }
}
