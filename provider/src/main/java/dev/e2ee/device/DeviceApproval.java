package dev.e2ee.device;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.device.DeviceWrapCore;
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
 * The approver's side of the handshake by which a user's master key comes to a new device; {@link
 * DeviceJoin} shows the whole. For one thread at a time.
 *
 * <p>Start one only when the person at this device asks for it, one at a time: whoever sends
 * requests sees a fingerprint with each offer, and has one guess in 2^80 for each.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class DeviceApproval {
  private sealed interface Phase {}

  private record Offered() implements Phase {}

  /** The new device has shown its keys; people have not compared yet. */
  private record Received(byte[] revealBytes, DevicePublicKeys device, byte[] transcriptHash)
      implements Phase {}

  private record Ended() implements Phase {}

  /**
   * What an approval gives.
   *
   * @param message 4, for the new device
   * @param device the new device; it is active in the registry
   */
  public record Approved(byte[] message, DevicePublicKeys device) {}

  private final DeviceIdentity identity;
  private final String userId;
  private final DeviceRegistry registry;
  private final JoinCore core;
  private final byte[] nonce;
  private final byte[] requestBytes;
  private final Request request;
  private final byte[] offer;
  private Phase phase = new Offered();

  private DeviceApproval(
      DeviceIdentity identity,
      String userId,
      DeviceRegistry registry,
      byte[] requestBytes,
      byte[] nonce,
      byte[] offer)
      throws MalformedMessageException {
    this.identity = identity;
    this.userId = userId;
    this.registry = registry;
    this.core = new JoinCore(identity.keys().engine(), userId);
    this.nonce = nonce;
    this.requestBytes = requestBytes;
    this.request = Request.parse(requestBytes);
    this.offer = offer;
  }

  /**
   * Answers a request.
   *
   * @param identity this device
   * @param userId whose UMK it is, 1 to 1024 bytes of UTF-8
   * @param umk which the offer commits to; stays the caller's, and is not needed again before
   *     {@link #approve}
   * @param registry where the new device will be pinned
   * @param request message 1
   * @throws MalformedMessageException for bytes that are no request
   */
  public static DeviceApproval start(
      DeviceIdentity identity,
      String userId,
      UserMasterKey umk,
      DeviceRegistry registry,
      byte[] request)
      throws MalformedMessageException {
    JoinCore core = new JoinCore(identity.keys().engine(), userId);
    byte[] requestBytes = request.clone();
    byte[] nonce = core.nonce();
    byte[] offer =
        new Offer(
                core.hash(requestBytes),
                nonce,
                commitment(identity, userId, umk),
                identity.publicKeys())
            .encode();
    return new DeviceApproval(identity, userId, registry, requestBytes, nonce, offer);
  }

  private static byte[] commitment(DeviceIdentity identity, String userId, UserMasterKey umk) {
    try (SecretBytes bytes = SecretBytes.adopt(umk.getEncoded())) {
      return new DeviceWrapCore(identity.keys().engine(), userId).commitment(bytes);
    }
  }

  /** Message 2: this device's keys, and which UMK it would give. */
  public byte[] offer() {
    return offer.clone();
  }

  /**
   * Takes message 3. Nothing is approved by it.
   *
   * @throws JoinRefusedException when it is not what the request committed to, answers another
   *     offer, is not signed by the keys that it shows, shows this device's own, or those of a
   *     device that the registry does not admit
   * @throws MalformedMessageException for bytes that are no reveal
   */
  public void receive(byte[] revealBytes) throws JoinRefusedException, MalformedMessageException {
    boolean expected = phase instanceof Offered;
    // [device-22] until everything is right
    phase = new Ended();
    if (!expected) {
      throw new JoinRefusedException("this handshake has taken a reveal before; start anew");
    }
    phase = received(revealBytes.clone());
  }

  private Received received(byte[] revealBytes)
      throws JoinRefusedException, MalformedMessageException {
    Reveal reveal = Reveal.parse(revealBytes);
    // [device-18]
    if (!Arrays.equals(reveal.offerHash(), core.hash(offer))) {
      throw new JoinRefusedException("the reveal answers another offer");
    }
    // [device-17]
    if (!Arrays.equals(request.commitment(), core.commitment(reveal.device(), reveal.nonce()))) {
      throw new JoinRefusedException("the reveal is not what the request committed to");
    }
    if (Peers.shareAnything(identity.publicKeys(), reveal.device())) {
      throw new JoinRefusedException("the request comes from a device with this one's id or keys");
    }
    registry.requireAdmissible(reveal.device());
    byte[] hash = core.transcriptHash(requestBytes, offer, reveal.device(), reveal.nonce());
    if (!core.isSignedBy(reveal.device(), JoinCore.revealSigned(hash), reveal.signature())) {
      throw new JoinRefusedException("the new device does not hold the keys that it shows");
    }
    return new Received(revealBytes, reveal.device(), hash);
  }

  /** What to show to the person at this device. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(current().transcriptHash);
  }

  /** Who wants to join, as it says of itself; nobody has vouched for it before people compared. */
  public DevicePublicKeys device() {
    return current().device;
  }

  /**
   * A person has read this fingerprint from the new device's screen, and approves. The new device
   * is pinned in the registry now; keep that.
   *
   * @param umk the one that was offered; stays the caller's
   * @throws JoinRefusedException when it is not the one shown here: somebody is between the two; or
   *     when it is another UMK, such as after a rotation
   */
  public Approved approve(String readFromTheNewDevice, UserMasterKey umk)
      throws JoinRefusedException {
    Received current = current();
    phase = new Ended();
    // [device-19]
    if (!Fingerprint.of(current.transcriptHash).matches(readFromTheNewDevice)) {
      throw Peers.fingerprintsDiffer();
    }
    if (!MessageDigest.isEqual(offered().umkCommitment(), commitment(identity, userId, umk))) {
      throw new JoinRefusedException("this is another key than was offered; start anew");
    }
    registry.requireAdmissible(current.device);
    byte[] wrap = DeviceWrap.wrap(umk, userId, current.device, identity);
    byte[] signed = JoinCore.approvalSigned(current.transcriptHash, wrap);
    byte[] signature = identity.keys().signing().sign(signed);
    registry.pin(current.device);
    return new Approved(
        new Approval(current.transcriptHash, signature, wrap).encode(), current.device);
  }

  /** Message 2, as it was written here. */
  private Offer offered() {
    try {
      return Offer.parse(offer);
    } catch (MalformedMessageException e) {
      throw new IllegalStateException("an offer of this device is malformed", e);
    }
  }

  private Received current() {
    if (phase instanceof Received current) {
      return current;
    }
    throw new IllegalStateException(
        phase instanceof Offered
            ? "the new device has not shown its keys yet: call receive"
            : "this handshake has ended; start anew");
  }

  /**
   * This handshake as an envelope, to go on in another process; under a key of this device's own
   * custody, that no other device has.
   *
   * @throws IllegalStateException when it has ended
   */
  public byte[] save(Envelope envelope) {
    if (phase instanceof Ended) {
      throw new IllegalStateException("this handshake has ended; start anew");
    }
    List<byte[]> messages =
        phase instanceof Received current
            ? List.of(requestBytes, offer, current.revealBytes)
            : List.of(requestBytes, offer);
    return new JoinState(Side.APPROVER, userId, nonce, false, messages)
        .seal(envelope, identity.publicKeys().deviceId());
  }

  /**
   * Goes on where {@link #save} was called, with the same identity.
   *
   * @param registry where the new device will be pinned
   * @throws AEADBadTagException for what was not saved under this key by this device
   * @throws MalformedMessageException when what is sealed is no handshake of this side
   * @throws JoinRefusedException when the identity has other keys now, or the registry does not
   *     admit the new device
   */
  public static DeviceApproval resume(
      DeviceIdentity identity, DeviceRegistry registry, Envelope envelope, byte[] saved)
      throws AEADBadTagException, MalformedMessageException, JoinRefusedException {
    JoinState state =
        JoinState.open(Side.APPROVER, saved, envelope, identity.publicKeys().deviceId());
    List<byte[]> messages = state.messages();
    DeviceApproval approval =
        new DeviceApproval(
            identity, state.userId(), registry, messages.get(0), state.nonce(), messages.get(1));
    Offer offer = Offer.parse(messages.get(1));
    if (!offer.approver().equals(identity.publicKeys())
        || !Arrays.equals(offer.nonce(), state.nonce())
        || !Arrays.equals(offer.requestHash(), approval.core.hash(messages.get(0)))) {
      throw new JoinRefusedException("the handshake was begun with other keys; start anew");
    }
    if (messages.size() > 2) {
      approval.phase = approval.received(messages.get(2));
    }
    return approval;
  }
}
