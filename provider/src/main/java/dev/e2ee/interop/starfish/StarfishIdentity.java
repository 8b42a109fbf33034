package dev.e2ee.interop.starfish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A user's root identity of Starfish's, which is nothing but a passphrase.
 *
 * <p>Danger: the salt is the same for everybody. One table of passphrases is made once and attacks
 * every account of every server, without any server noticing, since the public key is enough to
 * test a guess; two people with one passphrase have one identity; and nothing of it can be changed
 * without becoming another user. Only a passphrase that was drawn with 80 bits or more, such as
 * seven words by dice, is safe from that. {@link dev.e2ee.recovery.RecoveryCode} is one.
 */
public final class StarfishIdentity {
  private static final byte[] SALT = "starfish-v3-root".getBytes(UTF_8);

  private StarfishIdentity() {}

  /**
   * Derives it: Argon2id with 46 MiB and 3 passes, a fifth of a second or so.
   *
   * @param passphrase 1 to 1024 bytes of UTF-8, taken in NFC; stays the caller's, who wipes it.
   *     What is not in NFC already becomes a {@code String} on the way, which nobody can wipe
   * @param deviceId for this device, 1 to 1024 bytes of UTF-8; nothing is derived from it
   * @return with keys for X25519 and Ed25519
   * @throws IllegalArgumentException for a passphrase or id of another length, or that is no text
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small
   */
  public static DeviceIdentity fromPassphrase(char[] passphrase, String deviceId) {
    Engine engine = Engine.configured();
    try (SecretBytes master = StarfishPassphrase.derive(engine, passphrase, SALT);
        CurveKeyPair signing =
            pair(engine, Curve.ED25519, master, "starfish-root-sign", "ed25519");
        CurveKeyPair agreement =
            pair(engine, Curve.X25519, master, "starfish-root-kem", "x25519")) {
      return identity(deviceId, agreement, signing);
    } catch (InvalidKeyException e) {
      throw new ProviderException("keys that were derived are not valid", e);
    }
  }

  private static CurveKeyPair pair(
      Engine engine, Curve curve, SecretBytes master, String salt, String info)
      throws InvalidKeyException {
    return CurveKeyPair.ofPrivate(
        engine, curve, Hkdf.derive(engine, master, salt.getBytes(UTF_8), info.getBytes(UTF_8)));
  }

  private static DeviceIdentity identity(
      String deviceId, CurveKeyPair agreement, CurveKeyPair signing) throws InvalidKeyException {
    DevicePublicKeys keys =
        DevicePublicKeys.of(
            deviceId,
            AgreementAlgorithm.X25519,
            agreement.publicKey(),
            SigningAlgorithm.ED25519,
            signing.publicKey());
    byte[] one = agreement.privateKey().copy();
    byte[] two = signing.privateKey().copy();
    try {
      return DeviceIdentity.of(keys, one, two);
    } finally {
      Stream.of(one, two).forEach(bytes -> Arrays.fill(bytes, (byte) 0));
    }
  }
}
