package dev.e2ee.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.device.DeviceCurves;
import dev.e2ee.internal.device.MessageReader;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.spi.internal.curve.Curve;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The public side of a device: its id, the key that others agree with and the key that checks its
 * signatures. {@code testvectors/spec/device.md}, section 2.
 *
 * <p>An object of this class holds valid keys: right lengths, canonical encodings, points on their
 * curves, none of low order. Whose they are, it does not say; that is what a {@link DeviceRegistry}
 * and a compared {@link Fingerprint} are for.
 */
public final class DevicePublicKeys {
  private static final String WHAT = "device's public keys";
  private static final int VERSION = 1;

  private final String deviceId;
  private final AgreementAlgorithm agreementAlgorithm;
  private final byte[] agreementKey;
  private final SigningAlgorithm signingAlgorithm;
  private final byte[] signingKey;

  private DevicePublicKeys(
      String deviceId,
      AgreementAlgorithm agreementAlgorithm,
      byte[] agreementKey,
      SigningAlgorithm signingAlgorithm,
      byte[] signingKey) {
    this.deviceId = deviceId;
    this.agreementAlgorithm = agreementAlgorithm;
    this.agreementKey = agreementKey;
    this.signingAlgorithm = signingAlgorithm;
    this.signingKey = signingKey;
  }

  /**
   * From raw keys, which are copied.
   *
   * @param deviceId 1 to 1024 bytes of UTF-8, unique among the user's devices
   * @param agreementKey 65 bytes for P-256, 32 for X25519
   * @param signingKey 65 bytes for ECDSA on P-256, 32 for Ed25519
   * @throws InvalidKeyException for a key that is not valid
   * @throws IllegalArgumentException for an id that is empty, too long, or has a lone surrogate
   */
  public static DevicePublicKeys of(
      String deviceId,
      AgreementAlgorithm agreementAlgorithm,
      byte[] agreementKey,
      SigningAlgorithm signingAlgorithm,
      byte[] signingKey)
      throws InvalidKeyException {
    Identifier.check("device id", deviceId);
    byte[] agreement = agreementKey.clone();
    byte[] signing = signingKey.clone();
    // [device-3] [device-4]
    DeviceCurves.of(agreementAlgorithm).check(agreement);
    DeviceCurves.of(signingAlgorithm).check(signing);
    return new DevicePublicKeys(deviceId, agreementAlgorithm, agreement, signingAlgorithm, signing);
  }

  /**
   * Reads {@link #encode}.
   *
   * @throws MalformedMessageException for anything else
   */
  public static DevicePublicKeys decode(byte[] encoded) throws MalformedMessageException {
    // [device-1] [device-2]
    MessageReader in = new MessageReader(WHAT, encoded);
    in.expect(VERSION, "version");
    AgreementAlgorithm agreement = in.agreement();
    SigningAlgorithm signing = in.signing();
    String deviceId = in.identifier("device id");
    Curve agreementCurve = DeviceCurves.of(agreement);
    Curve signingCurve = DeviceCurves.of(signing);
    byte[] agreementKey = in.bytes(agreementCurve.publicKeyLength(), "agreement key");
    byte[] signingKey = in.bytes(signingCurve.publicKeyLength(), "signing key");
    in.end();
    try {
      return of(deviceId, agreement, agreementKey, signing, signingKey);
    } catch (InvalidKeyException e) {
      throw new MalformedMessageException("not a " + WHAT + ": " + e.getMessage(), e);
    }
  }

  /** The encoding: what is signed, shown as a fingerprint, stored and sent. */
  public byte[] encode() {
    byte[] id = deviceId.getBytes(UTF_8);
    return ByteBuffer.allocate(5 + id.length + agreementKey.length + signingKey.length)
        .put((byte) VERSION)
        .put((byte) agreementAlgorithm.number())
        .put((byte) signingAlgorithm.number())
        .putShort((short) id.length)
        .put(id)
        .put(agreementKey)
        .put(signingKey)
        .array();
  }

  /** The id that the device has among the user's. */
  public String deviceId() {
    return deviceId;
  }

  /**
   * The id as it can be shown to a person: the device chose it, and may have put in control
   * characters. They become {@code \\uXXXX}.
   */
  public String shownId() {
    return Identifier.shown(deviceId);
  }

  /** How others agree with it. */
  public AgreementAlgorithm agreementAlgorithm() {
    return agreementAlgorithm;
  }

  /** A copy of the raw agreement key: 65 bytes for P-256, 32 for X25519. */
  public byte[] agreementKey() {
    return agreementKey.clone();
  }

  /** How it signs. */
  public SigningAlgorithm signingAlgorithm() {
    return signingAlgorithm;
  }

  /** A copy of the raw signing key: 65 bytes for ECDSA on P-256, 32 for Ed25519. */
  public byte[] signingKey() {
    return signingKey.clone();
  }

  /** The agreement key for {@code Cipher.init(WRAP_MODE, …)} of {@code E2EE-DeviceWrap}. */
  public DevicePublicKey publicKey() {
    return new DevicePublicKey(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DevicePublicKeys that
        && deviceId.equals(that.deviceId)
        && agreementAlgorithm == that.agreementAlgorithm
        && Arrays.equals(agreementKey, that.agreementKey)
        && signingAlgorithm == that.signingAlgorithm
        && Arrays.equals(signingKey, that.signingKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(deviceId, Arrays.hashCode(agreementKey), Arrays.hashCode(signingKey));
  }

  @Override
  public String toString() {
    return "DevicePublicKeys["
        + shownId()
        + ", "
        + agreementAlgorithm
        + ", "
        + signingAlgorithm
        + "]";
  }
}
