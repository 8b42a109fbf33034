package dev.e2ee.internal.device;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of a device wrap: {@code testvectors/spec/device.md}, section 3. No key is needed. */
public final class DeviceWrapMessage {
  static final int COMMITMENT = 32;
  private static final int HEAD = 28;
  private static final int SEALED_UMK = 48;
  private static final byte[] MAGIC = "E2DW".getBytes(US_ASCII);
  private static final int VERSION = 1;

  private final AgreementAlgorithm agreement;
  private final SigningAlgorithm signing;
  private final int generation;
  private final KeyId keyId;
  private final byte[] bytes;

  private DeviceWrapMessage(
      AgreementAlgorithm agreement,
      SigningAlgorithm signing,
      int generation,
      KeyId keyId,
      byte[] bytes) {
    this.agreement = agreement;
    this.signing = signing;
    this.generation = generation;
    this.keyId = keyId;
    this.bytes = bytes;
  }

  /**
   * Reads one.
   *
   * @throws MalformedMessageException for anything else
   */
  public static DeviceWrapMessage parse(byte[] given) throws MalformedMessageException {
    byte[] bytes = given.clone(); // nobody changes them behind the checks
    // [device-6]
    MessageReader in = new MessageReader("device wrap", bytes);
    in.expect(MAGIC, "magic number");
    in.expect(VERSION, "version");
    AgreementAlgorithm agreement = in.agreement();
    SigningAlgorithm signing = in.signing();
    in.expect(0, "flags");
    int generation = in.positive("generation");
    KeyId keyId = KeyId.of(in.bytes(KeyId.LENGTH, "key id"));
    in.bytes(length(agreement) - HEAD, "body");
    in.end();
    return new DeviceWrapMessage(agreement, signing, generation, keyId, bytes);
  }

  /** The head of a new one. */
  static byte[] head(
      AgreementAlgorithm agreement, SigningAlgorithm signing, int generation, KeyId keyId) {
    return ByteBuffer.allocate(HEAD)
        .put(MAGIC)
        .put((byte) VERSION)
        .put((byte) agreement.number())
        .put((byte) signing.number())
        .put((byte) 0)
        .putInt(generation)
        .put(keyId.toBytes())
        .array();
  }

  /** The length of every wrap for a target with this algorithm, in bytes. */
  public static int length(AgreementAlgorithm agreement) {
    return HEAD + encLength(agreement) + SEALED_UMK + COMMITMENT + Signatures.LENGTH;
  }

  private static int encLength(AgreementAlgorithm agreement) {
    return DeviceCurves.of(agreement).publicKeyLength();
  }

  /** Of the target. */
  public AgreementAlgorithm agreement() {
    return agreement;
  }

  /** Of the approver. */
  public SigningAlgorithm signing() {
    return signing;
  }

  /** Of the UMK. */
  public int generation() {
    return generation;
  }

  /** Of the UMK. */
  public KeyId keyId() {
    return keyId;
  }

  byte[] head() {
    return Arrays.copyOf(bytes, HEAD);
  }

  byte[] enc() {
    return part(HEAD, encLength(agreement));
  }

  byte[] sealedUmk() {
    return part(HEAD + encLength(agreement), SEALED_UMK);
  }

  /** umkCommit, 32 bytes. */
  public byte[] commitment() {
    return part(HEAD + encLength(agreement) + SEALED_UMK, COMMITMENT);
  }

  byte[] beforeSignature() {
    return Arrays.copyOf(bytes, bytes.length - Signatures.LENGTH);
  }

  byte[] signature() {
    return part(bytes.length - Signatures.LENGTH, Signatures.LENGTH);
  }

  private byte[] part(int offset, int length) {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }
}
