package dev.e2ee.internal.invite;

import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.internal.device.DeviceCurves;
import dev.e2ee.internal.device.SigningKey;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.invite.InviteMessage.Kind;
import dev.e2ee.invite.InviteRefusedException;
import dev.e2ee.invite.InviteRefusedException.Reason;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * The key exchange of one invite: {@code testvectors/spec/invite.md}, section 3. It keeps no state:
 * whoever goes on gives the messages that were exchanged, and its own ephemeral key.
 */
public final class InviteExchange implements AutoCloseable {
  private static final byte[] NOTHING = {};

  /**
   * One of its own. Who resumes writes the same confirmation again, under the same key and nonce;
   * JCA's ciphers refuse that where they are the same objects.
   */
  private final Engine engine;

  private final InviteSecret secret;
  private final byte[] id;

  /**
   * For one invite.
   *
   * @param secret is copied, once nothing can fail any more
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile
   */
  public InviteExchange(Engine engine, InviteSecret secret) {
    engine.refuseInProfile(
        "an invite, which is a key exchange on X25519,",
        "the handshake of two devices with P-256 (DeviceJoin and DeviceApproval)");
    this.engine = Engine.of(engine.provider());
    this.id = secret.id(this.engine);
    this.secret = secret.copy();
  }

  /** What the code says; it stays this object's. */
  public InviteSecret secret() {
    return secret;
  }

  /** The invite's id, 16 bytes. */
  public byte[] id() {
    return id.clone();
  }

  /** A fresh ephemeral pair, for one message only. */
  public CurveKeyPair ephemeral() {
    return CurveKeyPair.generate(engine, Curve.X25519);
  }

  /** The pair of an ephemeral private key that was kept, which is copied. */
  public CurveKeyPair ephemeral(SecretBytes kept) {
    try {
      return CurveKeyPair.ofPrivate(engine, Curve.X25519, SecretBytes.adopt(kept.copy()));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("an ephemeral key that was in use is not valid", e);
    }
  }

  /**
   * Writes the request.
   *
   * @param e a fresh pair, kept for what follows
   */
  public byte[] request(CurveKeyPair e, DevicePublicKeys accepter, SigningKey key) {
    try (Handshake handshake = begin(e.publicKey())) {
      byte[] signature = key.sign(Payloads.Request.signed(handshake.hash(), accepter));
      byte[] sealed = seal(handshake, new Payloads.Request(signature, accepter).encode());
      return new InviteMessage(e.publicKey(), sealed).encode(Kind.REQUEST, id);
    }
  }

  /**
   * Reads the request: who accepts, and holds the signing key that it shows.
   *
   * @throws MalformedMessageException for bytes that are no request
   * @throws InviteRefusedException for one that nobody with the code has written, or that shows
   *     keys of somebody else
   */
  public DevicePublicKeys readRequest(byte[] request)
      throws MalformedMessageException, InviteRefusedException {
    InviteMessage message = InviteMessage.parse(Kind.REQUEST, id, request);
    try (Handshake handshake = begin(message.e())) {
      return accepter(handshake, message);
    }
  }

  /**
   * Writes the answer to a request that was read.
   *
   * @param e a fresh pair, kept for what follows
   * @param payload the application's, which stays the caller's
   */
  public byte[] answer(
      byte[] request, CurveKeyPair e, DevicePublicKeys inviter, SigningKey key, byte[] payload)
      throws MalformedMessageException, InviteRefusedException {
    InviteMessage first = InviteMessage.parse(Kind.REQUEST, id, request);
    try (Handshake handshake = begin(first.e());
        SecretBytes sent = SecretBytes.copyOf(payload)) {
      accepter(handshake, first);
      second(handshake, e.publicKey(), e, first.e());
      byte[] signed = Payloads.Answer.signed(handshake.hash(), inviter, sent);
      byte[] signature;
      try {
        signature = key.sign(signed);
      } finally {
        Arrays.fill(signed, (byte) 0);
      }
      byte[] sealed = seal(handshake, new Payloads.Answer(signature, inviter, sent).encode());
      return new InviteMessage(e.publicKey(), sealed).encode(Kind.ANSWER, id);
    }
  }

  /**
   * What both sides know after the answer.
   *
   * @param accepter its keys, which it has signed
   * @param inviter its keys, which it has signed
   * @param payload the application's, from the inviter
   * @param dataKey 32 bytes
   * @param split what else the handshake gave
   */
  public record Agreed(
      DevicePublicKeys accepter,
      DevicePublicKeys inviter,
      SecretBytes payload,
      SecretBytes dataKey,
      Split split)
      implements AutoCloseable {
    @Override
    public void close() {
      payload.close();
      dataKey.close();
      split.close();
    }
  }

  /** The accepter's side of {@link Agreed}, with the ephemeral pair of its request. */
  public Agreed agreedByAccepter(byte[] request, byte[] answer, CurveKeyPair e)
      throws MalformedMessageException, InviteRefusedException {
    return agreed(request, answer, e, InviteMessage.parse(Kind.ANSWER, id, answer).e());
  }

  /** The inviter's side of {@link Agreed}, with the ephemeral pair of its answer. */
  public Agreed agreedByInviter(byte[] request, byte[] answer, CurveKeyPair e)
      throws MalformedMessageException, InviteRefusedException {
    return agreed(request, answer, e, InviteMessage.parse(Kind.REQUEST, id, request).e());
  }

  private Agreed agreed(byte[] request, byte[] answer, CurveKeyPair own, byte[] peer)
      throws MalformedMessageException, InviteRefusedException {
    InviteMessage first = InviteMessage.parse(Kind.REQUEST, id, request);
    InviteMessage second = InviteMessage.parse(Kind.ANSWER, id, answer);
    try (Handshake handshake = begin(first.e())) {
      DevicePublicKeys accepter = accepter(handshake, first);
      second(handshake, second.e(), own, peer);
      byte[] hash = handshake.hash();
      Payloads.Answer inside = open(handshake, second, Payloads.Answer::parse);
      boolean proven = false;
      try {
        requireProof(
            inside.inviter(),
            Payloads.Answer.signed(hash, inside.inviter(), inside.payload()),
            inside.signature());
        Split split = handshake.split();
        Agreed agreed =
            new Agreed(accepter, inside.inviter(), inside.payload(), dataKey(split), split);
        proven = true;
        return agreed;
      } finally {
        if (!proven) {
          inside.payload().close();
        }
      }
    }
  }

  /** When it fails, nobody has the split either. */
  // [invite-16]
  private SecretBytes dataKey(Split split) {
    byte[] info = new Bound("e2ee-invite-data-key-v1").raw(split.handshakeHash()).bytes();
    boolean derived = false;
    try {
      SecretBytes key = SecretBytes.adopt(Hkdf.expand(engine, split.export(), info, 32));
      derived = true;
      return key;
    } finally {
      if (!derived) {
        split.close();
      }
    }
  }

  /** Writes the confirmation: the first transport message of the accepter, which says nothing. */
  public byte[] confirmation(Agreed agreed) {
    byte[] sealed = agreed.split.fromInitiator().encryptWithAd(NOTHING, NOTHING);
    return new InviteMessage(NOTHING, sealed).encode(Kind.CONFIRMATION, id);
  }

  /** Reads the confirmation. */
  public void readConfirmation(Agreed agreed, byte[] confirmation)
      throws MalformedMessageException, InviteRefusedException {
    InviteMessage message = InviteMessage.parse(Kind.CONFIRMATION, id, confirmation);
    try {
      agreed.split.fromInitiator().decryptWithAd(NOTHING, message.sealed());
    } catch (AEADBadTagException e) {
      throw notAuthentic(e);
    }
  }

  private Handshake begin(byte[] e) {
    Handshake handshake = new Handshake(engine, secret.prologue(id));
    boolean begun = false;
    try (SecretBytes psk = secret.psk(engine)) {
      handshake.first(psk, e);
      begun = true;
      return handshake;
    } finally {
      if (!begun) {
        handshake.close();
      }
    }
  }

  private DevicePublicKeys accepter(Handshake handshake, InviteMessage message)
      throws MalformedMessageException, InviteRefusedException {
    byte[] hash = handshake.hash();
    Payloads.Request inside = open(handshake, message, Payloads.Request::parse);
    requireProof(
        inside.accepter(), Payloads.Request.signed(hash, inside.accepter()), inside.signature());
    return inside.accepter();
  }

  private static void second(Handshake handshake, byte[] e, CurveKeyPair own, byte[] peer) {
    try {
      handshake.second(e, own, peer);
    } catch (InvalidKeyException fault) {
      throw new IllegalStateException("an ephemeral key that was checked is not valid", fault);
    }
  }

  /** Wipes what is sealed. */
  private static byte[] seal(Handshake handshake, byte[] payload) {
    try {
      return handshake.seal(payload);
    } finally {
      Arrays.fill(payload, (byte) 0);
    }
  }

  private interface Parser<T> {
    T parse(byte[] payload) throws MalformedMessageException;
  }

  /** Wipes what was opened, once it is parsed. */
  private static <T> T open(Handshake handshake, InviteMessage message, Parser<T> parser)
      throws InviteRefusedException, MalformedMessageException {
    byte[] payload;
    try {
      payload = handshake.open(message.sealed());
    } catch (AEADBadTagException e) {
      throw notAuthentic(e);
    }
    try {
      return parser.parse(payload);
    } finally {
      Arrays.fill(payload, (byte) 0);
    }
  }

  // [invite-11]
  private static InviteRefusedException notAuthentic(AEADBadTagException cause) {
    return new InviteRefusedException(
        Reason.NOT_AUTHENTIC,
        "this message was altered on its way, or is by somebody who has not the code; wait for the"
            + " right one",
        cause);
  }

  /** Wipes the secret, and the keys that ciphers hold; a second call does nothing. */
  @Override
  public void close() {
    secret.close();
    engine.wipe();
  }

  /** Wipes what was signed. */
  // [invite-9]
  private void requireProof(DevicePublicKeys device, byte[] signed, byte[] signature)
      throws InviteRefusedException {
    try {
      if (!Signatures.verify(
          engine,
          DeviceCurves.of(device.signingAlgorithm()),
          device.signingKey(),
          signed,
          signature)) {
        throw new InviteRefusedException(
            Reason.NOT_ITS_KEYS,
            "whoever wrote this has the code, and shows keys that it does not hold: make a new"
                + " invite, and carry its code another way");
      }
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("keys that were checked are not valid", e);
    } finally {
      Arrays.fill(signed, (byte) 0);
    }
  }

  /**
   * Refuses a peer that has one of this device's keys, be it for another use: a message that was
   * sent back.
   */
  public static void requireAnother(DevicePublicKeys own, DevicePublicKeys peer)
      throws InviteRefusedException {
    // [invite-10]
    for (byte[] key : new byte[][] {own.agreementKey(), own.signingKey()}) {
      if (MessageDigest.isEqual(key, peer.agreementKey())
          || MessageDigest.isEqual(key, peer.signingKey())) {
        throw new InviteRefusedException(
            Reason.ITSELF, "the other side has this device's own keys: accept on another device");
      }
    }
  }
}
