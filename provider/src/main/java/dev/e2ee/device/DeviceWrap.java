package dev.e2ee.device;

import dev.e2ee.internal.device.DeviceWrapCore;
import dev.e2ee.internal.device.DeviceWrapMessage;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.key.KeyId;
import javax.crypto.AEADBadTagException;

/**
 * Wraps a UMK for one device of its user, signed by another one: what the cipher {@code
 * E2EE-DeviceWrap} does, with types. {@code testvectors/spec/device.md}, section 3; HPKE is <a
 * href="https://www.rfc-editor.org/rfc/rfc9180">RFC 9180</a>.
 *
 * <p>Who is entitled to a UMK, people say who compare a fingerprint ({@link DeviceJoin}); a
 * server's list never does.
 */
public final class DeviceWrap {
  private DeviceWrap() {}

  /**
   * The public head of a wrap. It is not authenticated.
   *
   * @param keyId of the UMK inside
   * @param generation of the UMK inside, 1 or more
   * @param agreement of the device that it is for
   * @param signing of the device that signed it
   */
  public record Info(
      KeyId keyId, int generation, AgreementAlgorithm agreement, SigningAlgorithm signing) {}

  /**
   * Wraps a UMK.
   *
   * @param userId whose it is, 1 to 1024 bytes of UTF-8
   * @param target whom it is for; known by a compared fingerprint
   * @param approver this device, which signs
   * @return 237 bytes for a target with P-256, 204 for one with X25519
   * @throws IllegalStateException when the UMK or the identity was closed
   */
  public static byte[] wrap(
      UserMasterKey umk, String userId, DevicePublicKeys target, DeviceIdentity approver) {
    Engine engine = approver.keys().engine();
    try (SecretBytes bytes = SecretBytes.adopt(umk.getEncoded())) {
      KeyId id = umk.id().orElseGet(() -> RawUmk.idOf(engine, bytes));
      return new DeviceWrapCore(engine, userId)
          .wrap(
              bytes,
              id,
              umk.generation(),
              target,
              approver.publicKeys(),
              approver.keys().signing());
    }
  }

  /**
   * Unwraps a UMK, which has the id and the generation that the wrap names.
   *
   * @param own this device
   * @param approver the signer's keys, from a registry or a compared fingerprint, never from the
   *     server that brought the wrap
   * @param minimumGeneration the least generation to accept: the one that this device has, so that
   *     an older wrap cannot be put back after a rotation; 0 when it has none
   * @throws MalformedMessageException for bytes that are no wrap
   * @throws AEADBadTagException for everything that is not authentic: altered, for another user or
   *     device, by another approver; and for an older generation
   */
  public static UserMasterKey unwrap(
      byte[] wrap,
      String userId,
      DeviceIdentity own,
      DevicePublicKeys approver,
      int minimumGeneration)
      throws MalformedMessageException, AEADBadTagException {
    DeviceWrapMessage message = DeviceWrapMessage.parse(wrap);
    DeviceWrapCore core = new DeviceWrapCore(own.keys().engine(), userId);
    try (SecretBytes umk =
        core.unwrap(message, own.keys().agreement(), own.publicKeys(), approver)) {
      // [device-13]
      if (message.generation() < minimumGeneration) {
        throw new AEADBadTagException(
            "the device wrap is of generation "
                + message.generation()
                + " of the key, and this device has "
                + minimumGeneration
                + ": an older one was put back");
      }
      return UserMasterKey.of(umk, message.keyId(), message.generation());
    }
  }

  /**
   * What a wrap says of itself, without a key; nothing of it is verified.
   *
   * @throws MalformedMessageException for bytes that are no wrap
   */
  public static Info inspect(byte[] wrap) throws MalformedMessageException {
    DeviceWrapMessage message = DeviceWrapMessage.parse(wrap);
    return new Info(message.keyId(), message.generation(), message.agreement(), message.signing());
  }
}
