package dev.e2ee.internal.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.envelope.Envelope;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * One side of a handshake between two messages, in a form of our own that only the device which
 * wrote it reads.
 *
 * @param side which one
 * @param userId whose UMK it is about
 * @param nonce this side's, 32 bytes
 * @param confirmed whether people have compared
 * @param messages in their order, as many as {@link Side} says
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JoinState(
    Side side, String userId, byte[] nonce, boolean confirmed, List<byte[]> messages) {
  private static final int VERSION = 1;

  /** Who wrote it. */
  public enum Side {
    /** The new device: request, and the offer when it came. */
    NEW_DEVICE(1, "e2ee-join-state"),
    /** The approver: request, offer, and the reveal when it came. */
    APPROVER(2, "e2ee-approval-state");

    private final int fewest;
    private final String type;

    Side(int fewest, String type) {
      this.fewest = fewest;
      this.type = type;
    }
  }

  /** As an envelope of this device's. */
  public byte[] seal(Envelope envelope, String deviceId) {
    return OwnState.seal(encode(), envelope, side.type, deviceId);
  }

  /**
   * Reads {@link #seal}.
   *
   * @throws AEADBadTagException for another key, device or side
   * @throws MalformedMessageException when it is no state
   */
  public static JoinState open(Side side, byte[] sealed, Envelope envelope, String deviceId)
      throws AEADBadTagException, MalformedMessageException {
    return OwnState.open(sealed, envelope, side.type, deviceId, plain -> parse(side, plain));
  }

  private static JoinState parse(Side side, byte[] bytes) throws MalformedMessageException {
    MessageReader in = new MessageReader("saved handshake", bytes);
    in.expect(VERSION, "version");
    int flag = in.u8("flag");
    String userId = in.identifier("user id");
    byte[] nonce = in.bytes(JoinMessages.NONCE, "nonce");
    int count = in.u8("count");
    if (count < side.fewest || count > side.fewest + 1 || flag > count - side.fewest) {
      throw in.fault("its messages do not belong together");
    }
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(in.bytes(in.u16("message length"), "message"));
    }
    in.end();
    return new JoinState(side, userId, nonce, flag == 1, messages);
  }

  private byte[] encode() {
    byte[] user = userId.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    out.write(confirmed ? 1 : 0);
    out.writeBytes(u16(user.length));
    out.writeBytes(user);
    out.writeBytes(nonce);
    out.write(messages.size());
    for (byte[] message : messages) {
      out.writeBytes(u16(message.length));
      out.writeBytes(message);
    }
    return out.toByteArray();
  }

  private static byte[] u16(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }
}
