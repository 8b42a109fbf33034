package dev.e2ee.interop.starfish;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import java.security.InvalidKeyException;
import java.util.Base64;

/**
 * A device that asks to be paired, and the nonce of that pairing. The device keeps it until the
 * bundle is installed.
 *
 * @param signer its Ed25519 key
 * @param recipient its X25519 key
 * @param nonce base64 of 16 bytes; {@code qrNonce}, and {@code requestNonce} of a relay's messages
 */
public record StarfishNewDevice(Signer signer, Recipient recipient, String nonce) {
  static final int NONCE = 16;

  /**
   * Checks the nonce.
   *
   * @throws IllegalArgumentException when it is not base64 of 16 bytes
   */
  public StarfishNewDevice {
    byte[] bytes = Base64.getDecoder().decode(nonce);
    if (bytes.length != NONCE || !Base64.getEncoder().encodeToString(bytes).equals(nonce)) {
      throw new IllegalArgumentException("the nonce of a pairing is base64 of " + NONCE + " bytes");
    }
  }

  /**
   * Begins a pairing: draws a nonce.
   *
   * @param device with keys for X25519 and Ed25519, which no other pairing was for
   * @throws InvalidKeyException when the device has keys for other curves
   */
  public static StarfishNewDevice of(DeviceIdentity device) throws InvalidKeyException {
    DevicePublicKeys keys = device.publicKeys();
    byte[] nonce = device.keys().engine().random(NONCE);
    return new StarfishNewDevice(
        Signer.of(keys), Recipient.of(keys), Base64.getEncoder().encodeToString(nonce));
  }
}
