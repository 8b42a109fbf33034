package dev.e2ee.internal.invite;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.device.MessageReader;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.internal.curve.Signatures;
import java.nio.ByteBuffer;

/** What is inside request and answer, and what their signatures cover. */
public final class Payloads {
  /** The most bytes of an application's payload. */
  public static final int MOST = 16_384;

  private static final int MOST_KEYS = 1_159;

  /** The most bytes inside a request. */
  static final int REQUEST = Signatures.LENGTH + MOST_KEYS;

  /** The most bytes inside an answer. */
  static final int ANSWER = Signatures.LENGTH + 2 + MOST_KEYS + MOST;

  private Payloads() {}

  /**
   * Inside a request.
   *
   * @param signature 64 bytes, by the accepter
   * @param accepter its keys
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Request(byte[] signature, DevicePublicKeys accepter) {
    static Request parse(byte[] bytes) throws MalformedMessageException {
      // [invite-8]
      MessageReader in = new MessageReader("payload of an invite request", bytes);
      return new Request(
          in.bytes(Signatures.LENGTH, "signature"), DevicePublicKeys.decode(in.rest()));
    }

    byte[] encode() {
      byte[] keys = accepter.encode();
      return ByteBuffer.allocate(signature.length + keys.length).put(signature).put(keys).array();
    }

    /** What the accepter signs. */
    static byte[] signed(byte[] hash, DevicePublicKeys accepter) {
      return new Bound("e2ee-invite-request-v1").raw(hash).lp(accepter.encode()).bytes();
    }
  }

  /**
   * Inside an answer.
   *
   * @param signature 64 bytes, by the inviter
   * @param inviter its keys
   * @param payload the application's
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(byte[] signature, DevicePublicKeys inviter, byte[] payload) {
    static Answer parse(byte[] bytes) throws MalformedMessageException {
      // [invite-8]
      MessageReader in = new MessageReader("payload of an invite answer", bytes);
      byte[] signature = in.bytes(Signatures.LENGTH, "signature");
      DevicePublicKeys inviter = DevicePublicKeys.decode(in.bytes(in.u16("length"), "keys"));
      byte[] payload = in.rest();
      if (payload.length > MOST) {
        throw in.fault("the application's part has " + payload.length + " bytes");
      }
      return new Answer(signature, inviter, payload);
    }

    byte[] encode() {
      byte[] keys = inviter.encode();
      return ByteBuffer.allocate(signature.length + 2 + keys.length + payload.length)
          .put(signature)
          .putShort((short) keys.length)
          .put(keys)
          .put(payload)
          .array();
    }

    /** What the inviter signs. */
    static byte[] signed(byte[] hash, DevicePublicKeys inviter, byte[] payload) {
      return new Bound("e2ee-invite-answer-v1").raw(hash).lp(inviter.encode()).lp(payload).bytes();
    }
  }
}
