package dev.e2ee.device;

import dev.e2ee.internal.device.DeviceWrapCore;
import dev.e2ee.internal.device.DeviceWrapMessage;
import dev.e2ee.internal.device.JoinCore;
import dev.e2ee.internal.device.JoinMessages.Approval;
import dev.e2ee.internal.device.JoinMessages.Offer;
import dev.e2ee.internal.device.JoinMessages.Request;
import dev.e2ee.internal.device.JoinMessages.Reveal;
import dev.e2ee.internal.device.JoinState;
import dev.e2ee.internal.device.JoinState.Side;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * The new device's side of the handshake by which a user's master key comes to it: {@code
 * testvectors/spec/device.md}, section 4. The other side is {@link DeviceApproval}.
 *
 * <pre>
 * new device                                        approver
 * DeviceJoin.start         -- request (commitment) -&gt;  DeviceApproval.start
 *        reveal            &lt;- offer ----------------
 *                          -- reveal (keys) --------&gt;  receive
 *        fingerprint                                   fingerprint
 *               people compare them, on both screens
 *        confirm                                       approve
 *        finish            &lt;- approval -------------
 * </pre>
 *
 * <p>The messages are bytes; whatever carries them is not trusted. Every message that is not the
 * expected one ends the handshake, so that an attacker has one guess in 2^80 each time that people
 * start one. For one thread at a time.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class DeviceJoin {
  private sealed interface Phase {}

  private record Requested() implements Phase {}

  /** The reveal was made; people have not compared yet. */
  private record Revealed(byte[] offerBytes, Offer offer, byte[] transcriptHash, boolean confirmed)
      implements Phase {}

  private record Ended() implements Phase {}

  private final DeviceIdentity identity;
  private final String userId;
  private final JoinCore core;
  private final byte[] nonce;
  private final byte[] request;
  private Phase phase;

  private DeviceJoin(DeviceIdentity identity, String userId, byte[] nonce) {
    this.identity = identity;
    this.userId = userId;
    this.core = new JoinCore(identity.keys().engine(), userId);
    this.nonce = nonce;
    // [device-15]
    this.request = new Request(core.commitment(identity.publicKeys(), nonce)).encode();
    this.phase = new Requested();
  }

  /**
   * Starts a handshake.
   *
   * @param identity this device
   * @param userId whose UMK it asks for, 1 to 1024 bytes of UTF-8
   */
  public static DeviceJoin start(DeviceIdentity identity, String userId) {
    byte[] nonce = new JoinCore(identity.keys().engine(), userId).nonce();
    return new DeviceJoin(identity, userId, nonce);
  }

  /** Message 1: tells nothing but that this device wants to join. */
  public byte[] request() {
    return request.clone();
  }

  /**
   * Takes message 2 and gives message 3.
   *
   * @throws JoinRefusedException for an offer to another request or by this device itself, or when
   *     an offer was taken before
   * @throws MalformedMessageException for bytes that are no offer
   */
  public byte[] reveal(byte[] offerBytes) throws JoinRefusedException, MalformedMessageException {
    boolean expected = phase instanceof Requested;
    // [device-22] until everything is right
    phase = new Ended();
    // [device-16]
    if (!expected) {
      throw new JoinRefusedException("this handshake has taken an offer before; start anew");
    }
    Offer offer = Offer.parse(offerBytes);
    DevicePublicKeys own = identity.publicKeys();
    // [device-18]
    if (!Arrays.equals(offer.requestHash(), core.hash(request))) {
      throw new JoinRefusedException("the offer answers another request");
    }
    if (Peers.shareAnything(own, offer.approver())) {
      throw new JoinRefusedException("the offer comes from a device with this one's id or keys");
    }
    byte[] transcriptHash = core.transcriptHash(request, offerBytes, own, nonce);
    byte[] signature = identity.keys().signing().sign(JoinCore.revealSigned(transcriptHash));
    phase = new Revealed(offerBytes.clone(), offer, transcriptHash, false);
    return new Reveal(core.hash(offerBytes), nonce, signature, own).encode();
  }

  /** What to show to the person at this device. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(revealed().transcriptHash);
  }

  /** Who offers, as it says of itself; nobody has vouched for it before people compared. */
  public DevicePublicKeys approver() {
    return revealed().offer.approver();
  }

  /**
   * A person has read this fingerprint from the approver's screen.
   *
   * @throws JoinRefusedException when it is not the one shown here: somebody is between the two
   */
  public void confirm(String readFromTheApprover) throws JoinRefusedException {
    Revealed current = revealed();
    // [device-19]
    if (!Fingerprint.of(current.transcriptHash).matches(readFromTheApprover)) {
      phase = new Ended();
      throw new JoinRefusedException(
          "the fingerprints differ: the two devices do not talk to each other, but to somebody"
              + " between them; nothing was given away");
    }
    phase = new Revealed(current.offerBytes, current.offer, current.transcriptHash, true);
  }

  /**
   * Takes message 4: the UMK, from a device whose fingerprint was compared. Pin {@link #approver}
   * now.
   *
   * @throws IllegalStateException before {@link #confirm}
   * @throws JoinRefusedException when it is not this handshake's approval, or not authentic
   * @throws MalformedMessageException for bytes that are no approval
   */
  public UserMasterKey finish(byte[] approvalBytes)
      throws JoinRefusedException, MalformedMessageException {
    Revealed current = revealed();
    // [device-20]
    if (!current.confirmed) {
      throw new IllegalStateException("people compare the fingerprints first: call confirm");
    }
    phase = new Ended();
    Approval approval = Approval.parse(approvalBytes);
    DevicePublicKeys approver = current.offer.approver();
    // [device-21]
    if (!Arrays.equals(approval.transcriptHash(), current.transcriptHash)
        || !core.isSignedBy(
            approver,
            JoinCore.approvalSigned(current.transcriptHash, approval.wrap()),
            approval.signature())) {
      throw new JoinRefusedException("the approval is not this handshake's, or was altered");
    }
    return unwrap(approval.wrap(), current.offer);
  }

  private UserMasterKey unwrap(byte[] wrap, Offer offer)
      throws JoinRefusedException, MalformedMessageException {
    DeviceWrapMessage message = DeviceWrapMessage.parse(wrap);
    if (!MessageDigest.isEqual(message.commitment(), offer.umkCommitment())) {
      throw new JoinRefusedException("the approval holds another key than was offered");
    }
    DeviceWrapCore wraps = new DeviceWrapCore(identity.keys().engine(), userId);
    try (SecretBytes umk =
        wraps.unwrap(
            message, identity.keys().agreement(), identity.publicKeys(), offer.approver())) {
      byte[] bytes = umk.copy();
      try {
        return UserMasterKey.of(bytes, message.keyId(), message.generation());
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    } catch (AEADBadTagException e) {
      throw new JoinRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private Revealed revealed() {
    if (phase instanceof Revealed current) {
      return current;
    }
    throw new IllegalStateException(
        phase instanceof Requested
            ? "there is no offer yet: call reveal"
            : "this handshake has ended; start anew");
  }

  /**
   * This handshake as bytes, to go on in another process. They hold the nonce, which nobody else
   * may see before the offer came: keep them as private as a key.
   *
   * @throws IllegalStateException when it has ended
   */
  public byte[] save() {
    if (phase instanceof Ended) {
      throw new IllegalStateException("this handshake has ended; start anew");
    }
    return phase instanceof Revealed current
        ? state(current.confirmed, List.of(current.offerBytes))
        : state(false, List.of());
  }

  private byte[] state(boolean confirmed, List<byte[]> received) {
    return new JoinState(Side.NEW_DEVICE, userId, nonce, confirmed, received).encode();
  }

  /**
   * Goes on where {@link #save} was called, with the same identity.
   *
   * @throws MalformedMessageException for other bytes
   * @throws JoinRefusedException for those of another identity
   */
  public static DeviceJoin resume(DeviceIdentity identity, byte[] saved)
      throws MalformedMessageException, JoinRefusedException {
    JoinState state = JoinState.parse(Side.NEW_DEVICE, saved);
    DeviceJoin join = new DeviceJoin(identity, state.userId(), state.nonce());
    if (!state.received().isEmpty()) {
      join.reveal(state.received().get(0));
    }
    if (state.confirmed()) {
      join.confirm(join.fingerprint().toString());
    }
    return join;
  }
}
