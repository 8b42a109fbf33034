package dev.e2ee.internal.invite;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.device.MessageReader;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.curve.Signatures;
import java.nio.ByteBuffer;
import java.util.Arrays;

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
   * @param payload the application's, which may be a secret
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(byte[] signature, DevicePublicKeys inviter, SecretBytes payload) {
    static Answer parse(byte[] bytes) throws MalformedMessageException {
      // [invite-8]
      MessageReader in = new MessageReader("payload of an invite answer", bytes);
      byte[] signature = in.bytes(Signatures.LENGTH, "signature");
      DevicePublicKeys inviter = DevicePublicKeys.decode(in.bytes(in.u16("length"), "keys"));
      SecretBytes payload = SecretBytes.adopt(in.rest());
      if (payload.length() > MOST) {
        payload.close();
        throw in.fault("the application's part has " + payload.length() + " bytes");
      }
      return new Answer(signature, inviter, payload);
    }

    /** Its bytes, which the caller wipes. */
    byte[] encode() {
      byte[] keys = inviter.encode();
      ByteBuffer head = ByteBuffer.allocate(signature.length + 2 + keys.length);
      head.put(signature).putShort((short) keys.length).put(keys);
      return before(head.array(), payload);
    }

    /** What the inviter signs; the caller wipes it. */
    static byte[] signed(byte[] hash, DevicePublicKeys inviter, SecretBytes payload) {
      byte[] length = ByteBuffer.allocate(4).putInt(payload.length()).array();
      return before(
          new Bound("e2ee-invite-answer-v1").raw(hash).lp(inviter.encode()).raw(length).bytes(),
          payload);
    }

    /** In an array that does not grow: of one that does, parts stay behind. */
    private static byte[] before(byte[] head, SecretBytes payload) {
      byte[] copy = payload.copy();
      try {
        return ByteBuffer.allocate(head.length + copy.length).put(head).put(copy).array();
      } finally {
        Arrays.fill(copy, (byte) 0);
      }
    }
  }
}
