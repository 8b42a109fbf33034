package dev.e2ee.invite;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.invite.InviteExchange;
import dev.e2ee.internal.invite.InviteExchange.Agreed;
import dev.e2ee.internal.invite.InviteSecret;
import dev.e2ee.internal.invite.InviteState;
import dev.e2ee.internal.invite.InviteState.Side;
import dev.e2ee.internal.invite.Payloads;
import dev.e2ee.invite.InviteRefusedException.Reason;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.crypto.AEADBadTagException;

/**
 * The inviter's side of an invite: {@code testvectors/spec/invite.md}. The other side is {@link
 * InviteAcceptance}.
 *
 * <pre>
 * inviter                                               accepter
 * Invite.createInvite      == code, by a person ==&gt;     InviteAcceptance.acceptInvite
 *        receive           &lt;- request ----------------
 *        answer            -- answer -----------------&gt;  receive
 *                                                        pairing
 *        confirm           &lt;- confirmation -----------
 * </pre>
 *
 * <p>The messages are bytes; whatever carries them is not trusted, and names its mailbox by {@link
 * #inviteId}. An invite takes one request, and that it did is {@linkplain #save saved} before the
 * answer leaves. For one thread at a time.
 */
public final class Invite implements AutoCloseable {
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  private sealed interface Phase {}

  private record Open() implements Phase {}

  /**
   * A request was taken.
   *
   * @param kept whether that was saved
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taken(
      byte[] request, byte[] answer, CurveKeyPair e, DevicePublicKeys accepter, boolean kept)
      implements Phase {}

  private record Ended() implements Phase {}

  private final DeviceIdentity identity;
  private final Clock clock;
  private final InviteExchange exchange;
  private Phase phase = new Open();

  /** The secret is copied. */
  private Invite(DeviceIdentity identity, Clock clock, InviteSecret secret) {
    this.identity = identity;
    this.clock = clock;
    this.exchange = new InviteExchange(identity.keys().engine(), secret);
  }

  /**
   * Makes an invite for one device.
   *
   * @param identity this device
   * @param lifetime 1 minute to 30 days; as short as whoever carries the code allows
   * @throws IllegalArgumentException for another lifetime
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile, which has no X25519
   */
  public static Invite createInvite(DeviceIdentity identity, Duration lifetime) {
    return createInvite(identity, lifetime, Clock.systemUTC());
  }

  /** The same by another clock. */
  public static Invite createInvite(DeviceIdentity identity, Duration lifetime, Clock clock) {
    // [invite-1]
    if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(InviteCode.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "an invite lives for 1 minute to 30 days, not " + lifetime);
    }
    Engine engine = identity.keys().engine();
    try (InviteSecret secret = InviteSecret.generate(engine, clock.instant().plus(lifetime))) {
      return new Invite(identity, clock, secret);
    }
  }

  /** The code, for the person who carries it; the caller closes it. */
  public InviteCode code() {
    return new InviteCode(exchange.secret().copy());
  }

  /** The id, 16 bytes, which everyone may know: it names the mailbox on the server. */
  public byte[] inviteId() {
    return exchange.id();
  }

  /** When it expires, to the minute. */
  public Instant expires() {
    return exchange.secret().expires();
  }

  /** Takes a request, and sends nothing along with the answer. */
  public void receive(byte[] request) throws InviteRefusedException, MalformedMessageException {
    receive(request, new byte[0]);
  }

  /**
   * Takes the one request of this invite. The same one again changes nothing, and has the same
   * answer; what is not authentic changes nothing either.
   *
   * @param payload for the accepter, 0 to 16384 bytes, such as which collection to read and whom to
   *     pin; stays the caller's
   * @throws InviteRefusedException for a request of another invite or without its code; after the
   *     expiry; and, once the invite was used, for whoever else has the code
   * @throws MalformedMessageException for bytes that are no request
   */
  public void receive(byte[] request, byte[] payload)
      throws InviteRefusedException, MalformedMessageException {
    if (payload.length > Payloads.MOST) {
      throw new IllegalArgumentException(
          "an invite carries up to " + Payloads.MOST + " bytes, not " + payload.length);
    }
    byte[] given = request.clone();
    // [invite-13]
    if (phase instanceof Taken taken && MessageDigest.isEqual(taken.request, given)) {
      return;
    }
    // [invite-12]
    if (phase instanceof Open && !clock.instant().isBefore(expires())) {
      throw new InviteRefusedException(
          Reason.EXPIRED, "this invite expired at " + expires() + ": make a new one");
    }
    DevicePublicKeys accepter = exchange.readRequest(given);
    InviteExchange.requireAnother(identity.publicKeys(), accepter);
    if (phase instanceof Ended) {
      throw new InviteRefusedException(
          Reason.USED,
          "this invite has ended, and "
              + accepter.shownId()
              + " has its code: make a new one for a device that is yours");
    }
    if (phase instanceof Taken taken) {
      throw used(taken.accepter, accepter);
    }
    CurveKeyPair e = exchange.ephemeral();
    boolean answered = false;
    try {
      byte[] answer =
          exchange.answer(given, e, identity.publicKeys(), identity.keys().signing(), payload);
      phase = new Taken(given, answer, e, accepter, false);
      answered = true;
    } finally {
      if (!answered) {
        e.close();
      }
    }
  }

  private InviteRefusedException used(DevicePublicKeys first, DevicePublicKeys second) {
    end();
    return new InviteRefusedException(
        Reason.USED,
        "the code of this invite was used by "
            + first.shownId()
            + ", and now by "
            + second.shownId()
            + ": somebody else may know it. Nothing more comes of this invite; remove what was"
            + " paired by it unless its person says that both were theirs, and make a new one");
  }

  private void end() {
    if (phase instanceof Taken taken) {
      taken.e.close();
    }
    phase = new Ended();
  }

  /**
   * Ends this invite, such as when somebody else may have seen its code. {@linkplain #save Save} it
   * then: from there on neither a request nor a confirmation is taken. Whoever was paired before
   * has the data key. A second call does nothing.
   */
  public void revoke() {
    // [invite-17]
    end();
  }

  /** Whether nothing more comes of it: it was revoked, or two had its code. */
  public boolean isEnded() {
    return phase instanceof Ended;
  }

  /** Whether a request was taken: there is an answer. */
  public boolean isTaken() {
    return phase instanceof Taken;
  }

  /** Who has accepted: it had the code, and has signed these keys. */
  public DevicePublicKeys accepter() {
    return taken().accepter;
  }

  /**
   * The answer to the request that was taken.
   *
   * @throws IllegalStateException when that was not saved yet
   */
  public byte[] answer() {
    Taken taken = kept();
    return taken.answer.clone();
  }

  /**
   * Takes the confirmation, after which the other side is known to have the data key too. The
   * caller closes what it brings, and keeps this invite until it expires, so that it is told of a
   * second use.
   *
   * @throws InviteRefusedException when it is not the confirmation of the one that was answered;
   *     the invite goes on
   * @throws MalformedMessageException for bytes that are no confirmation
   */
  public Pairing confirm(byte[] confirmation)
      throws InviteRefusedException, MalformedMessageException {
    Taken taken = kept();
    // [invite-15]
    try (Agreed agreed = exchange.agreedByInviter(taken.request, taken.answer, taken.e)) {
      exchange.readConfirmation(agreed, confirmation);
      return Pairing.with(agreed.accepter(), agreed);
    }
  }

  private Taken taken() {
    if (phase instanceof Taken taken) {
      return taken;
    }
    throw new IllegalStateException(
        phase instanceof Open
            ? "nobody has accepted this invite yet: call receive"
            : "this invite has ended: make a new one");
  }

  private Taken kept() {
    Taken taken = taken();
    // [invite-13]
    if (!taken.kept) {
      throw new IllegalStateException(
          "an invite is used once: save it, durably, before its answer leaves");
    }
    return taken;
  }

  /**
   * This invite as an envelope, to be kept in the place of what was saved before, durably; under a
   * key of this device's own custody, that no other device has. After {@link #receive}, after a
   * refusal as used, and after {@link #revoke}, it is to be saved anew. It holds the code: delete
   * it once nothing comes of it any more.
   */
  public byte[] save(Envelope envelope) {
    boolean ended = phase instanceof Ended;
    InviteState state =
        phase instanceof Taken taken
            ? new InviteState(
                Side.INVITER,
                ended,
                exchange.secret(),
                taken.e.privateKey(),
                List.of(taken.request, taken.answer))
            : new InviteState(Side.INVITER, ended, exchange.secret(), null, List.of());
    byte[] sealed = state.seal(envelope, identity.publicKeys().deviceId());
    if (phase instanceof Taken taken) {
      phase = new Taken(taken.request, taken.answer, taken.e, taken.accepter, true);
    }
    return sealed;
  }

  /**
   * Goes on where {@link #save} was called, with the same identity.
   *
   * @throws AEADBadTagException for what was not saved under this key by this device
   * @throws MalformedMessageException when what is sealed is no invite of this side
   * @throws InviteRefusedException when what is sealed does not fit together
   */
  public static Invite resume(DeviceIdentity identity, Envelope envelope, byte[] saved)
      throws AEADBadTagException, MalformedMessageException, InviteRefusedException {
    return resume(identity, envelope, saved, Clock.systemUTC());
  }

  /** The same by another clock. */
  public static Invite resume(DeviceIdentity identity, Envelope envelope, byte[] saved, Clock clock)
      throws AEADBadTagException, MalformedMessageException, InviteRefusedException {
    try (InviteState state =
        InviteState.open(Side.INVITER, saved, envelope, identity.publicKeys().deviceId())) {
      return resume(identity, state, clock);
    }
  }

  private static Invite resume(DeviceIdentity identity, InviteState state, Clock clock)
      throws MalformedMessageException, InviteRefusedException {
    Invite invite = new Invite(identity, clock, state.secret());
    boolean right = false;
    try {
      if (state.ended()) {
        invite.phase = new Ended();
      } else if (!state.messages().isEmpty()) {
        invite.phase = invite.taken(state);
      }
      right = true;
      return invite;
    } finally {
      if (!right) {
        invite.close();
      }
    }
  }

  private Taken taken(InviteState state) throws MalformedMessageException, InviteRefusedException {
    byte[] request = state.messages().get(0);
    byte[] answer = state.messages().get(1);
    CurveKeyPair e = exchange.ephemeral(Objects.requireNonNull(state.ephemeral(), "ephemeral key"));
    boolean right = false;
    try (Agreed agreed = exchange.agreedByInviter(request, answer, e)) {
      InviteState.requireOwn(identity.publicKeys(), agreed.inviter());
      right = true;
      return new Taken(request, answer, e, agreed.accepter(), true);
    } finally {
      if (!right) {
        e.close();
      }
    }
  }

  /** Wipes the secrets in memory; what was saved stays. A second call does nothing. */
  @Override
  public void close() {
    end();
    exchange.close();
  }

  @Override
  public String toString() {
    return "Invite[expires " + expires() + "]";
  }
}
