package dev.e2ee.internal.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.MalformedMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One side of a handshake between two messages, in a form of our own that only the device which
 * wrote it reads.
 *
 * @param side which one
 * @param userId whose UMK it is about
 * @param nonce this side's, 32 bytes
 * @param confirmed whether people have compared
 * @param received the messages that came in so far, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JoinState(
    Side side, String userId, byte[] nonce, boolean confirmed, List<byte[]> received) {
  private static final int VERSION = 1;

  /** Who wrote it. */
  public enum Side {
    /** The new device. */
    NEW_DEVICE(0),
    /** The approver. */
    APPROVER(1);

    private final int number;

    Side(int number) {
      this.number = number;
    }
  }

  /** Reads {@link #encode}. */
  public static JoinState parse(Side side, byte[] bytes) throws MalformedMessageException {
    MessageReader in = new MessageReader("saved handshake", bytes);
    in.expect(VERSION, "version");
    in.expect(side.number, "side");
    boolean confirmed = in.u8("flag") == 1;
    String userId = in.identifier("user id");
    byte[] nonce = in.bytes(JoinMessages.NONCE, "nonce");
    List<byte[]> received = new ArrayList<>();
    for (int count = in.u8("count"); count > 0; count--) {
      received.add(in.bytes(in.u16("message length"), "message"));
    }
    in.end();
    return new JoinState(side, userId, nonce, confirmed, received);
  }

  /** Its bytes. */
  public byte[] encode() {
    byte[] user = userId.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(VERSION);
    out.write(side.number);
    out.write(confirmed ? 1 : 0);
    out.writeBytes(u16(user.length));
    out.writeBytes(user);
    out.writeBytes(nonce);
    out.write(received.size());
    for (byte[] message : received) {
      out.writeBytes(u16(message.length));
      out.writeBytes(message);
    }
    return out.toByteArray();
  }

  private static byte[] u16(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }
}
