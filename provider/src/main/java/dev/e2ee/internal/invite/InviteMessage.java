package dev.e2ee.internal.invite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.device.MessageReader;
import dev.e2ee.invite.InviteRefusedException;
import dev.e2ee.invite.InviteRefusedException.Reason;
import dev.e2ee.spi.internal.curve.Curve;
import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.MessageDigest;

/**
 * One of the three messages: {@code testvectors/spec/invite.md}, section 3.
 *
 * @param e an ephemeral public key, 32 bytes; none in a confirmation
 * @param sealed a payload with its tag
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record InviteMessage(byte[] e, byte[] sealed) {
  private static final byte[] MAGIC = "E2IV".getBytes(US_ASCII);
  private static final int TAG = 16;

  /** Which one. */
  public enum Kind {
    /** From the accepter. */
    REQUEST(1, "request", Curve.X25519.publicKeyLength(), Payloads.REQUEST),
    /** From the inviter. */
    ANSWER(2, "answer", Curve.X25519.publicKeyLength(), Payloads.ANSWER),
    /** From the accepter. */
    CONFIRMATION(3, "confirmation", 0, 0);

    private final int number;
    private final String what;
    private final int ephemeral;
    private final int mostPayload;

    Kind(int number, String what, int ephemeral, int mostPayload) {
      this.number = number;
      this.what = "invite " + what;
      this.ephemeral = ephemeral;
      this.mostPayload = mostPayload;
    }
  }

  /**
   * Reads one; no key is touched.
   *
   * @param id of the invite that it has to be of
   * @throws MalformedMessageException when it has another form, or its ephemeral key is not valid
   * @throws InviteRefusedException when it is another invite's
   */
  public static InviteMessage parse(Kind kind, byte[] id, byte[] bytes)
      throws MalformedMessageException, InviteRefusedException {
    // [invite-7]
    MessageReader in = new MessageReader(kind.what, bytes);
    in.expect(MAGIC, "magic number");
    in.expect(InviteSecret.VERSION, "version");
    in.expect(kind.number, "type");
    byte[] named = in.bytes(InviteSecret.ID, "invite id");
    byte[] e = in.bytes(kind.ephemeral, "ephemeral key");
    byte[] sealed = in.rest();
    if (sealed.length < TAG || sealed.length > TAG + kind.mostPayload) {
      throw in.fault("its payload has " + sealed.length + " bytes");
    }
    if (kind.ephemeral > 0) {
      check(kind, e);
    }
    if (!MessageDigest.isEqual(named, id)) {
      throw new InviteRefusedException(
          Reason.OTHER_INVITE, "this is a message of another invite than the one it was given to");
    }
    return new InviteMessage(e, sealed);
  }

  private static void check(Kind kind, byte[] e) throws MalformedMessageException {
    try {
      Curve.X25519.check(e);
    } catch (InvalidKeyException fault) {
      throw new MalformedMessageException("not a " + kind.what + ": " + fault.getMessage(), fault);
    }
  }

  /** Its bytes. */
  public byte[] encode(Kind kind, byte[] id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(InviteSecret.VERSION);
    out.write(kind.number);
    out.writeBytes(id);
    out.writeBytes(e);
    out.writeBytes(sealed);
    return out.toByteArray();
  }
}
