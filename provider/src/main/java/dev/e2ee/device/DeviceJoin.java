package dev.e2ee.device;

import dev.e2ee.envelope.Envelope;
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
 *        receive           &lt;- offer ----------------
 *        reveal            -- reveal (keys) --------&gt;  receive
 *        fingerprint                                   fingerprint
 *               people compare them, on both screens
 *        confirm                                       approve
 *        finish            &lt;- approval -------------
 * </pre>
 *
 * <p>The messages are bytes; whatever carries them is not trusted. Every message that is not the
 * expected one ends the handshake. For one thread at a time.
 *
 * <p>A handshake that goes on in another process is {@linkplain #save saved} after each step,
 * before its message leaves the device. What was saved before an offer came is for one {@link
 * #resume}: two offers to one request would let somebody choose the second by what the first has
 * revealed. The same holds for a machine that is frozen and resumed twice.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class DeviceJoin {
  private sealed interface Phase {}

  private record Requested() implements Phase {}

  /** An offer was taken; people may not have compared yet. */
  private record Offered(byte[] offerBytes, Offer offer, byte[] transcriptHash, boolean confirmed)
      implements Phase {}

  private record Ended() implements Phase {}

  /**
   * What a handshake has brought.
   *
   * @param umk with the id and generation that it has on the approver; the caller closes it
   * @param approver who gave it; it is active in the registry
   */
  public record Joined(UserMasterKey umk, DevicePublicKeys approver) {}

  private final DeviceIdentity identity;
  private final String userId;
  private final DeviceRegistry registry;
  private final JoinCore core;
  private final byte[] nonce;
  private final byte[] request;
  private Phase phase;

  private DeviceJoin(
      DeviceIdentity identity, String userId, DeviceRegistry registry, byte[] nonce) {
    this.identity = identity;
    this.userId = userId;
    this.registry = registry;
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
   * @param registry where the approver will be pinned
   */
  public static DeviceJoin start(DeviceIdentity identity, String userId, DeviceRegistry registry) {
    byte[] nonce = new JoinCore(identity.keys().engine(), userId).nonce();
    return new DeviceJoin(identity, userId, registry, nonce);
  }

  /** Message 1: tells nothing but that this device wants to join. */
  public byte[] request() {
    return request.clone();
  }

  /**
   * Takes message 2: the one offer of this handshake. The same one again changes nothing.
   *
   * @throws JoinRefusedException for an offer to another request, by this device itself, or by one
   *     that the registry does not admit; or when an offer was taken before
   * @throws MalformedMessageException for bytes that are no offer
   */
  public void receive(byte[] offer) throws JoinRefusedException, MalformedMessageException {
    if (phase instanceof Offered current && Arrays.equals(current.offerBytes, offer)) {
      return;
    }
    boolean expected = phase instanceof Requested;
    // [device-22] until everything is right
    phase = new Ended();
    // [device-16]
    if (!expected) {
      throw new JoinRefusedException("this handshake has taken an offer before; start anew");
    }
    phase = offered(offer.clone(), false);
  }

  /** Whether there is an offer: there is something to reveal and to compare. */
  public boolean hasOffer() {
    return phase instanceof Offered;
  }

  private Offered offered(byte[] offerBytes, boolean confirmed)
      throws JoinRefusedException, MalformedMessageException {
    Offer offer = Offer.parse(offerBytes);
    DevicePublicKeys own = identity.publicKeys();
    // [device-18]
    if (!Arrays.equals(offer.requestHash(), core.hash(request))) {
      throw new JoinRefusedException("the offer answers another request");
    }
    if (Peers.shareAnything(own, offer.approver())) {
      throw new JoinRefusedException("the offer comes from a device with this one's id or keys");
    }
    registry.requireAdmissible(offer.approver());
    byte[] transcriptHash = core.transcriptHash(request, offerBytes, own, nonce);
    return new Offered(offerBytes, offer, transcriptHash, confirmed);
  }

  /** Message 3: this device's keys, for the offer that was taken. */
  public byte[] reveal() {
    Offered current = current();
    byte[] signed = JoinCore.revealSigned(current.transcriptHash);
    return new Reveal(
            core.hash(current.offerBytes),
            nonce,
            identity.keys().signing().sign(signed),
            identity.publicKeys())
        .encode();
  }

  /** What to show to the person at this device. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(current().transcriptHash);
  }

  /** Who offers, as it says of itself; nobody has vouched for it before people compared. */
  public DevicePublicKeys approver() {
    return current().offer.approver();
  }

  /**
   * A person has read this fingerprint from the approver's screen.
   *
   * @throws JoinRefusedException when it is not the one shown here: somebody is between the two
   */
  public void confirm(String readFromTheApprover) throws JoinRefusedException {
    Offered current = current();
    // [device-19]
    if (!Fingerprint.of(current.transcriptHash).matches(readFromTheApprover)) {
      phase = new Ended();
      throw Peers.fingerprintsDiffer();
    }
    phase = new Offered(current.offerBytes, current.offer, current.transcriptHash, true);
  }

  /**
   * Takes message 4: the UMK, from a device whose fingerprint was compared and which is pinned in
   * the registry now. Keep both.
   *
   * @throws IllegalStateException before {@link #confirm}
   * @throws JoinRefusedException when it is not this handshake's approval, or not authentic
   * @throws MalformedMessageException for bytes that are no approval
   */
  public Joined finish(byte[] approvalBytes)
      throws JoinRefusedException, MalformedMessageException {
    return finish(approvalBytes, 0);
  }

  /**
   * The same on a device that has a generation of this user's UMK.
   *
   * @param minimumGeneration the least to accept; 0 for every one
   */
  public Joined finish(byte[] approvalBytes, int minimumGeneration)
      throws JoinRefusedException, MalformedMessageException {
    Offered current = current();
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
    registry.requireAdmissible(approver);
    UserMasterKey umk = unwrap(approval.wrap(), current.offer);
    // [device-13]
    if (umk.generation() < minimumGeneration) {
      int given = umk.generation();
      umk.close();
      throw new JoinRefusedException(
          "the approval brings generation " + given + ", and this device has " + minimumGeneration);
    }
    registry.pin(approver);
    return new Joined(umk, approver);
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
      return UserMasterKey.of(umk, message.keyId(), message.generation());
    } catch (AEADBadTagException e) {
      throw new JoinRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private Offered current() {
    if (phase instanceof Offered current) {
      return current;
    }
    throw new IllegalStateException(
        phase instanceof Requested
            ? "there is no offer yet: call receive"
            : "this handshake has ended; start anew");
  }

  /**
   * This handshake as an envelope, to go on in another process; under a key of this device's own
   * custody, that no other device has. Whatever was saved before is to be thrown away, and durably,
   * before a message leaves this device.
   *
   * @throws IllegalStateException when it has ended
   */
  public byte[] save(Envelope envelope) {
    if (phase instanceof Ended) {
      throw new IllegalStateException("this handshake has ended; start anew");
    }
    JoinState state =
        phase instanceof Offered current
            ? state(current.confirmed, List.of(request, current.offerBytes))
            : state(false, List.of(request));
    return state.seal(envelope, identity.publicKeys().deviceId());
  }

  private JoinState state(boolean confirmed, List<byte[]> messages) {
    return new JoinState(Side.NEW_DEVICE, userId, nonce, confirmed, messages);
  }

  /**
   * Goes on where {@link #save} was called, with the same identity.
   *
   * @param registry where the approver will be pinned
   * @throws AEADBadTagException for what was not saved under this key by this device
   * @throws MalformedMessageException when what is sealed is no handshake of this side
   * @throws JoinRefusedException when the identity has other keys now, or the registry does not
   *     admit the approver
   */
  public static DeviceJoin resume(
      DeviceIdentity identity, DeviceRegistry registry, Envelope envelope, byte[] saved)
      throws AEADBadTagException, MalformedMessageException, JoinRefusedException {
    JoinState state =
        JoinState.open(Side.NEW_DEVICE, saved, envelope, identity.publicKeys().deviceId());
    DeviceJoin join = new DeviceJoin(identity, state.userId(), registry, state.nonce());
    if (!Arrays.equals(join.request, state.messages().get(0))) {
      throw new JoinRefusedException("the handshake was begun with other keys; start anew");
    }
    if (state.messages().size() > 1) {
      join.phase = join.offered(state.messages().get(1), state.confirmed());
    }
    return join;
  }
}
