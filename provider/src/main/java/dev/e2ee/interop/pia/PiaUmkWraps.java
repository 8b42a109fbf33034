package dev.e2ee.interop.pia;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.format.BareContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * PIA's wraps of a UMK for a device: static ECDH on P-256, HKDF-SHA-256, AES-256-GCM. A device
 * wraps for itself in the same way.
 *
 * <p>For interoperability only. There is no forward secrecy, whoever has the target's private key
 * can pose as any sender, and the user is not bound to the wrap. The sender's agreement key must be
 * one whose {@linkplain PiaDevice#fingerprint fingerprint} a person has compared; a {@link
 * PiaApproval} says nothing when its signing key came from the server too. {@link
 * dev.e2ee.device.DeviceWrap} is ours.
 */
public final class PiaUmkWraps {
  private static final String LABEL = "pia-umk-wrap-v1:";
  private static final int SALT = 32;
  private static final int WRAP = 60;
  private static final String NOT_AUTHENTIC =
      "the UMK wrap is not authentic: altered, or for another device, or from another one";

  private PiaUmkWraps() {}

  /**
   * Wraps a UMK from this device for a target, which may be itself.
   *
   * @throws IllegalArgumentException for keys that are not on P-256, or a target's id with a colon
   *     or a control character
   */
  public static PiaUmkWrap wrap(UserMasterKey umk, DeviceIdentity from, DevicePublicKeys target) {
    PiaDevice.requireP256(from.publicKeys());
    PiaDevice.requireP256(target);
    byte[] about = about(target);
    DeviceKeys keys = from.keys();
    byte[] salt = keys.engine().random(SALT);
    byte[] plain = umk.getEncoded();
    try (SecretBytes kek = kek(keys, target.agreementKey(), salt, about)) {
      byte[] box = Box.seal(keys.engine(), kek, plain, about);
      return new PiaUmkWrap(PiaText.text(box), PiaText.text(salt));
    } catch (InvalidKeyException e) {
      throw new ProviderException("a key that was checked before is not valid", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
      keys.engine().wipe();
    }
  }

  /**
   * Unwraps a UMK, which has the id that its bytes give, and generation 1.
   *
   * @param own this device, for which it was wrapped
   * @param sender its keys; this device's own for a self wrap
   * @throws PiaFormatException for texts that are not canonical base64, or of other lengths
   * @throws AEADBadTagException when it is not authentic
   */
  public static UserMasterKey unwrap(PiaUmkWrap wrap, DeviceIdentity own, DevicePublicKeys sender)
      throws PiaFormatException, AEADBadTagException {
    PiaDevice.requireP256(own.publicKeys());
    PiaDevice.requireP256(sender);
    byte[] about = about(own.publicKeys());
    byte[] box = PiaText.base64("UMK wrap", wrap.ciphertext(), WRAP);
    byte[] salt = PiaText.base64("UMK wrap's salt", wrap.hkdfSalt(), SALT);
    DeviceKeys keys = own.keys();
    try (SecretBytes kek = kek(keys, sender.agreementKey(), salt, about);
        SecretBytes umk = SecretBytes.adopt(Box.open(keys.engine(), kek, box, about))) {
      return UserMasterKey.of(umk);
    } catch (AEADBadTagException | InvalidKeyException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    } finally {
      keys.engine().wipe();
    }
  }

  private static byte[] about(DevicePublicKeys target) {
    BareContext.requirePart(target.deviceId());
    return (LABEL + target.deviceId()).getBytes(UTF_8);
  }

  private static SecretBytes kek(DeviceKeys keys, byte[] peer, byte[] salt, byte[] info)
      throws InvalidKeyException {
    Engine engine = keys.engine();
    try (SecretBytes z = keys.agreement().agree(peer)) {
      return Hkdf.derive(engine, z, salt, info);
    }
  }
}
