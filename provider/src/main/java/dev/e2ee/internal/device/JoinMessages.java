package dev.e2ee.internal.device;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.spi.internal.curve.Signatures;
import java.io.ByteArrayOutputStream;

/** The four messages of the handshake: {@code testvectors/spec/device.md}, section 4. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class JoinMessages {
  /** The length of every nonce and hash in bytes. */
  public static final int NONCE = 32;

  private static final byte[] MAGIC = "E2DJ".getBytes(US_ASCII);
  private static final int VERSION = 1;
  private static final int REQUEST = 1;
  private static final int OFFER = 2;
  private static final int REVEAL = 3;
  private static final int APPROVAL = 4;

  private JoinMessages() {}

  /**
   * Message 1, from the new device.
   *
   * @param commitment to its keys and nonce, 32 bytes
   */
  public record Request(byte[] commitment) {
    /** Reads one. */
    public static Request parse(byte[] bytes) throws MalformedMessageException {
      MessageReader in = begin("request", REQUEST, bytes);
      Request request = new Request(in.bytes(NONCE, "commitment"));
      in.end();
      return request;
    }

    /** Its bytes. */
    public byte[] encode() {
      return message(REQUEST, commitment);
    }
  }

  /**
   * Message 2, from the approver.
   *
   * @param requestHash SHA-256 of message 1
   * @param nonce the approver's, 32 bytes
   * @param umkCommitment 32 bytes
   * @param approver its keys
   */
  public record Offer(
      byte[] requestHash, byte[] nonce, byte[] umkCommitment, DevicePublicKeys approver) {
    /** Reads one. */
    public static Offer parse(byte[] bytes) throws MalformedMessageException {
      MessageReader in = begin("offer", OFFER, bytes);
      return new Offer(
          in.bytes(NONCE, "request hash"),
          in.bytes(NONCE, "nonce"),
          in.bytes(NONCE, "UMK commitment"),
          DevicePublicKeys.decode(in.rest()));
    }

    /** Its bytes. */
    public byte[] encode() {
      return message(OFFER, requestHash, nonce, umkCommitment, approver.encode());
    }
  }

  /**
   * Message 3, from the new device.
   *
   * @param offerHash SHA-256 of message 2
   * @param nonce the new device's, 32 bytes
   * @param signature 64 bytes
   * @param device its keys
   */
  public record Reveal(byte[] offerHash, byte[] nonce, byte[] signature, DevicePublicKeys device) {
    /** Reads one. */
    public static Reveal parse(byte[] bytes) throws MalformedMessageException {
      MessageReader in = begin("reveal", REVEAL, bytes);
      return new Reveal(
          in.bytes(NONCE, "offer hash"),
          in.bytes(NONCE, "nonce"),
          in.bytes(Signatures.LENGTH, "signature"),
          DevicePublicKeys.decode(in.rest()));
    }

    /** Its bytes. */
    public byte[] encode() {
      return message(REVEAL, offerHash, nonce, signature, device.encode());
    }
  }

  /**
   * Message 4, from the approver.
   *
   * @param transcriptHash 64 bytes
   * @param signature 64 bytes
   * @param wrap the device wrap
   */
  public record Approval(byte[] transcriptHash, byte[] signature, byte[] wrap) {
    /** Reads one. */
    public static Approval parse(byte[] bytes) throws MalformedMessageException {
      MessageReader in = begin("approval", APPROVAL, bytes);
      return new Approval(
          in.bytes(2 * NONCE, "transcript hash"),
          in.bytes(Signatures.LENGTH, "signature"),
          in.rest());
    }

    /** Its bytes. */
    public byte[] encode() {
      return message(APPROVAL, transcriptHash, signature, wrap);
    }
  }

  private static MessageReader begin(String what, int type, byte[] bytes)
      throws MalformedMessageException {
    // [device-14]
    MessageReader in = new MessageReader("join " + what, bytes);
    in.expect(MAGIC, "magic number");
    in.expect(VERSION, "version");
    in.expect(type, "type");
    return in;
  }

  private static byte[] message(int type, byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(VERSION);
    out.write(type);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
