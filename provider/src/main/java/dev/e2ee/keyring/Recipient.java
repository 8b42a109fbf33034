package dev.e2ee.keyring;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.spi.internal.curve.Curve;
import java.security.InvalidKeyException;

/**
 * Who a keyring's keys are wrapped for: an X25519 public key. Whose it is, it does not say; take it
 * from a device whose fingerprint was compared, or from an invite.
 *
 * @param key 64 lower-case hex digits, a valid public key; {@code subKem} of the entries
 */
public record Recipient(String key) implements Comparable<Recipient> {
  /**
   * Checks the key.
   *
   * @throws IllegalArgumentException when it is not one
   */
  public Recipient {
    KeyText.check(Curve.X25519, key);
  }

  /**
   * The recipient that a device is.
   *
   * @throws InvalidKeyException when the device agrees on another curve than X25519
   */
  public static Recipient of(DevicePublicKeys device) throws InvalidKeyException {
    if (device.agreementAlgorithm() != AgreementAlgorithm.X25519) {
      throw new InvalidKeyException(
          "a keyring is for devices that agree on X25519, and "
              + device.shownId()
              + " does on "
              + device.agreementAlgorithm()
              + ": give the device keys for X25519 and Ed25519");
    }
    return new Recipient(KeyText.of(device.agreementKey()));
  }

  @Override
  public int compareTo(Recipient other) {
    return key.compareTo(other.key);
  }
}
