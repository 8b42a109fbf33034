package dev.e2ee.internal.invite;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.device.MessageReader;
import dev.e2ee.internal.device.OwnState;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.curve.Curve;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * One side of an invite between two messages, in a form of our own that only the device which wrote
 * it reads.
 *
 * @param side which one
 * @param ended whether nothing more may come of it
 * @param secret the code's
 * @param ephemeral this side's ephemeral private key, once there is one
 * @param messages in their order, as many as {@link Side} says
 */
public record InviteState(
    Side side,
    boolean ended,
    InviteSecret secret,
    @Nullable SecretBytes ephemeral,
    List<byte[]> messages)
    implements AutoCloseable {
  private static final int VERSION = 1;

  /** Who wrote it. */
  public enum Side {
    /** Has no message; or request and answer. */
    INVITER("e2ee-invite-state", 0, 2),
    /** Has its request; or all three. */
    ACCEPTER("e2ee-invite-acceptance", 1, 3);

    private final String type;
    private final int fewest;
    private final int most;

    Side(String type, int fewest, int most) {
      this.type = type;
      this.fewest = fewest;
      this.most = most;
    }
  }

  /** As an envelope of this device's. */
  public byte[] seal(Envelope envelope, String deviceId) {
    return OwnState.seal(encode(), envelope, side.type, deviceId);
  }

  /**
   * Reads {@link #seal}; the caller closes it.
   *
   * @throws AEADBadTagException for another key, device or side
   * @throws MalformedMessageException when it is no state
   */
  public static InviteState open(Side side, byte[] sealed, Envelope envelope, String deviceId)
      throws AEADBadTagException, MalformedMessageException {
    return OwnState.open(sealed, envelope, side.type, deviceId, plain -> parse(side, plain));
  }

  private static InviteState parse(Side side, byte[] bytes) throws MalformedMessageException {
    MessageReader in = new MessageReader("saved invite", bytes);
    in.expect(VERSION, "version");
    boolean ended = in.u8("flag") == 1;
    byte[] code = in.bytes(InviteSecret.LENGTH, "code");
    byte[] ephemeral = {};
    try {
      ephemeral = in.bytes(Curve.PRIVATE_KEY, "ephemeral key");
      int count = in.u8("count");
      if (count != side.fewest && count != side.most) {
        throw in.fault("its messages do not belong together");
      }
      List<byte[]> messages = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        messages.add(in.bytes(in.u16("message length"), "message"));
      }
      in.end();
      return new InviteState(
          side,
          ended,
          InviteSecret.of(code),
          count == 0 ? null : SecretBytes.copyOf(ephemeral),
          messages);
    } finally {
      Arrays.fill(code, (byte) 0);
      Arrays.fill(ephemeral, (byte) 0);
    }
  }

  /**
   * Refuses a state that this device has begun with other keys.
   *
   * @param own the keys that it has now
   */
  public static void requireOwn(DevicePublicKeys own, DevicePublicKeys then)
      throws MalformedMessageException {
    if (!own.equals(then)) {
      throw new MalformedMessageException(
          "not a saved invite of this device: it was begun with other keys; begin a new one");
    }
  }

  /** Wipes the secret and the ephemeral key. */
  @Override
  public void close() {
    secret.close();
    if (ephemeral != null) {
      ephemeral.close();
    }
  }

  private byte[] encode() {
    byte[] code = secret.bytes();
    byte[] kept = ephemeral == null ? new byte[Curve.PRIVATE_KEY] : ephemeral.copy();
    int length = 3 + code.length + kept.length;
    for (byte[] message : messages) {
      length += 2 + message.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) VERSION).put((byte) (ended ? 1 : 0)).put(code).put(kept);
    out.put((byte) messages.size());
    messages.forEach(message -> out.putShort((short) message.length).put(message));
    Arrays.fill(code, (byte) 0);
    Arrays.fill(kept, (byte) 0);
    return out.array();
  }
}
