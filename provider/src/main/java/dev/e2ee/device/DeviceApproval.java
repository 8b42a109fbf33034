package dev.e2ee.device;

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
import java.util.Arrays;
import java.util.List;

/**
 * The approver's side of the handshake by which a user's master key comes to a new device; {@link
 * DeviceJoin} shows the whole. For one thread at a time.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class DeviceApproval {
  private sealed interface Phase {}

  private record Offered() implements Phase {}

  /** The new device has shown its keys; people have not compared yet. */
  private record Received(byte[] revealBytes, DevicePublicKeys device, byte[] transcriptHash)
      implements Phase {}

  private record Ended() implements Phase {}

  private final DeviceIdentity identity;
  private final String userId;
  private final UserMasterKey umk;
  private final JoinCore core;
  private final byte[] nonce;
  private final byte[] requestBytes;
  private final Request request;
  private final byte[] offer;
  private Phase phase = new Offered();

  private DeviceApproval(
      DeviceIdentity identity, String userId, UserMasterKey umk, byte[] requestBytes, byte[] nonce)
      throws MalformedMessageException {
    this.identity = identity;
    this.userId = userId;
    this.umk = umk;
    this.core = new JoinCore(identity.keys().engine(), userId);
    this.nonce = nonce;
    this.requestBytes = requestBytes;
    this.request = Request.parse(requestBytes);
    try (SecretBytes bytes = SecretBytes.adopt(umk.getEncoded())) {
      this.offer =
          new Offer(
                  core.hash(requestBytes),
                  nonce,
                  new DeviceWrapCore(identity.keys().engine(), userId).commitment(bytes),
                  identity.publicKeys())
              .encode();
    }
  }

  /**
   * Answers a request.
   *
   * @param identity this device
   * @param userId whose UMK it is, 1 to 1024 bytes of UTF-8
   * @param umk stays the caller's, and open until {@link #approve}
   * @param request message 1
   * @throws MalformedMessageException for bytes that are no request
   */
  public static DeviceApproval start(
      DeviceIdentity identity, String userId, UserMasterKey umk, byte[] request)
      throws MalformedMessageException {
    byte[] nonce = new JoinCore(identity.keys().engine(), userId).nonce();
    return new DeviceApproval(identity, userId, umk, request.clone(), nonce);
  }

  /** Message 2: this device's keys, and which UMK it would give. */
  public byte[] offer() {
    return offer.clone();
  }

  /**
   * Takes message 3. Nothing is approved by it.
   *
   * @throws JoinRefusedException when it is not what the request committed to, answers another
   *     offer, is not signed by the keys that it shows, or shows this device's own
   * @throws MalformedMessageException for bytes that are no reveal
   */
  public void receive(byte[] revealBytes) throws JoinRefusedException, MalformedMessageException {
    boolean expected = phase instanceof Offered;
    // [device-22] until everything is right
    phase = new Ended();
    if (!expected) {
      throw new JoinRefusedException("this handshake has taken a reveal before; start anew");
    }
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
    byte[] hash = core.transcriptHash(requestBytes, offer, reveal.device(), reveal.nonce());
    if (!core.isSignedBy(reveal.device(), JoinCore.revealSigned(hash), reveal.signature())) {
      throw new JoinRefusedException("the new device does not hold the keys that it shows");
    }
    phase = new Received(revealBytes.clone(), reveal.device(), hash);
  }

  /** What to show to the person at this device. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(received().transcriptHash);
  }

  /** Who wants to join, as it says of itself; nobody has vouched for it before people compared. */
  public DevicePublicKeys device() {
    return received().device;
  }

  /**
   * A person has read this fingerprint from the new device's screen, and approves: message 4. Pin
   * {@link #device} now.
   *
   * @throws JoinRefusedException when it is not the one shown here: somebody is between the two
   */
  public byte[] approve(String readFromTheNewDevice) throws JoinRefusedException {
    Received current = received();
    phase = new Ended();
    // [device-19]
    if (!Fingerprint.of(current.transcriptHash).matches(readFromTheNewDevice)) {
      throw new JoinRefusedException(
          "the fingerprints differ: the two devices do not talk to each other, but to somebody"
              + " between them; nothing was given away");
    }
    byte[] wrap = DeviceWrap.wrap(umk, userId, current.device, identity);
    byte[] signature =
        identity.keys().signing().sign(JoinCore.approvalSigned(current.transcriptHash, wrap));
    return new Approval(current.transcriptHash, signature, wrap).encode();
  }

  private Received received() {
    if (phase instanceof Received current) {
      return current;
    }
    throw new IllegalStateException(
        phase instanceof Offered
            ? "the new device has not shown its keys yet: call receive"
            : "this handshake has ended; start anew");
  }

  /**
   * This handshake as bytes, to go on in another process. They hold no key.
   *
   * @throws IllegalStateException when it has ended
   */
  public byte[] save() {
    if (phase instanceof Ended) {
      throw new IllegalStateException("this handshake has ended; start anew");
    }
    List<byte[]> received =
        phase instanceof Received current
            ? List.of(requestBytes, current.revealBytes)
            : List.of(requestBytes);
    return new JoinState(Side.APPROVER, userId, nonce, false, received).encode();
  }

  /**
   * Goes on where {@link #save} was called, with the same identity and UMK.
   *
   * @throws MalformedMessageException for other bytes
   * @throws JoinRefusedException for those of another identity or UMK
   */
  public static DeviceApproval resume(DeviceIdentity identity, UserMasterKey umk, byte[] saved)
      throws MalformedMessageException, JoinRefusedException {
    JoinState state = JoinState.parse(Side.APPROVER, saved);
    if (state.received().isEmpty()) {
      throw new MalformedMessageException("not a saved handshake: it has no request");
    }
    DeviceApproval approval =
        new DeviceApproval(identity, state.userId(), umk, state.received().get(0), state.nonce());
    if (state.received().size() > 1) {
      approval.receive(state.received().get(1));
    }
    return approval;
  }
}
