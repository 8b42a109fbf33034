package dev.e2ee.keyring;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.spi.internal.curve.Curve;
import java.security.InvalidKeyException;

/**
 * Who signs a collection's heads and entries, or is the author of a document: an Ed25519 public
 * key. To pin one is to trust it with the collection: {@link TrustStore#pin}.
 *
 * @param key 64 lower-case hex digits, a valid public key; {@code addedBy} of the entries
 */
public record Signer(String key) implements Comparable<Signer> {
  /**
   * Checks the key.
   *
   * @throws IllegalArgumentException when it is not one
   */
  public Signer {
    KeyText.check(Curve.ED25519, key);
  }

  /**
   * The signer that a device is.
   *
   * @throws InvalidKeyException when the device does not sign with Ed25519
   */
  public static Signer of(DevicePublicKeys device) throws InvalidKeyException {
    if (device.signingAlgorithm() != SigningAlgorithm.ED25519) {
      throw new InvalidKeyException(
          "keyrings are signed with Ed25519, and "
              + device.shownId()
              + " signs with "
              + device.signingAlgorithm()
              + ": give the device keys for X25519 and Ed25519");
    }
    return new Signer(KeyText.of(device.signingKey()));
  }

  @Override
  public int compareTo(Signer other) {
    return key.compareTo(other.key);
  }
}
