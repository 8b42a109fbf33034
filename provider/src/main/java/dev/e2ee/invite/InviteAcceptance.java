package dev.e2ee.invite;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.invite.InviteExchange;
import dev.e2ee.internal.invite.InviteExchange.Agreed;
import dev.e2ee.internal.invite.InviteState;
import dev.e2ee.internal.invite.InviteState.Side;
import dev.e2ee.invite.InviteRefusedException.Reason;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * The accepter's side of an invite; {@link Invite} shows the whole. It sends one request, whatever
 * happens. For one thread at a time.
 */
public final class InviteAcceptance implements AutoCloseable {
  private sealed interface Phase {}

  /**
   * The request was made.
   *
   * @param kept whether that was saved
   */
  private record Asking(boolean kept) implements Phase {}

  /**
   * An answer was taken.
   *
   * @param kept whether that was saved
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answered(byte[] answer, byte[] confirmation, boolean kept) implements Phase {}

  private record Ended() implements Phase {}

  private record Closed() implements Phase {}

  private final DeviceIdentity identity;
  private final InviteExchange exchange;
  private final CurveKeyPair e;
  private final byte[] request;
  private Phase phase;

  private InviteAcceptance(
      DeviceIdentity identity,
      InviteExchange exchange,
      CurveKeyPair e,
      byte[] request,
      Phase phase) {
    this.identity = identity;
    this.exchange = exchange;
    this.e = e;
    this.request = request;
    this.phase = phase;
  }

  /**
   * Accepts an invite, whose code has not expired when it was read.
   *
   * @param identity this device
   * @param code stays the caller's
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile, which has no X25519
   */
  public static InviteAcceptance acceptInvite(DeviceIdentity identity, InviteCode code) {
    InviteExchange exchange = new InviteExchange(identity.keys().engine(), code.secret());
    CurveKeyPair e = null;
    boolean asked = false;
    try {
      e = exchange.ephemeral();
      byte[] request = exchange.request(e, identity.publicKeys(), identity.keys().signing());
      asked = true;
      return new InviteAcceptance(identity, exchange, e, request, new Asking(false));
    } finally {
      if (!asked) {
        wipe(e, exchange);
      }
    }
  }

  private static void wipe(@Nullable CurveKeyPair e, InviteExchange exchange) {
    if (e != null) {
      e.close();
    }
    exchange.close();
  }

  /** The id, 16 bytes, which everyone may know: it names the mailbox on the server. */
  public byte[] inviteId() {
    return exchange.id();
  }

  /** When the invite expires, to the minute. */
  public Instant expires() {
    return exchange.secret().expires();
  }

  /**
   * The request, always the same.
   *
   * @throws IllegalStateException when this acceptance was not saved yet, or is closed
   */
  public byte[] request() {
    // [invite-14]
    if (phase instanceof Asking asking && !asking.kept) {
      throw notKept("request");
    }
    if (phase instanceof Closed) { // perhaps before it was saved
      throw closed();
    }
    return request.clone();
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("this acceptance was closed: resume it from what was saved");
  }

  private static IllegalStateException notKept(String what) {
    return new IllegalStateException(
        "an invite is used once: save the acceptance, durably, before its "
            + what
            + " leaves or is used");
  }

  /**
   * Takes the answer. The same one again changes nothing; what is not authentic changes nothing
   * either.
   *
   * @throws InviteRefusedException for an answer to something else, or by somebody without the
   *     code; and for a second one by somebody who has it
   * @throws MalformedMessageException for bytes that are no answer
   */
  public void receive(byte[] answer) throws InviteRefusedException, MalformedMessageException {
    byte[] given = answer.clone();
    if (phase instanceof Answered answered && MessageDigest.isEqual(answered.answer, given)) {
      return;
    }
    try (Agreed agreed = exchange.agreedByAccepter(request, given, e)) {
      InviteExchange.requireAnother(identity.publicKeys(), agreed.inviter());
      // [invite-14]
      if (!(phase instanceof Asking)) {
        phase = new Ended();
        throw used();
      }
      phase = new Answered(given, exchange.confirmation(agreed), false);
    }
  }

  private static InviteRefusedException used() {
    return new InviteRefusedException(
        Reason.USED,
        "two have answered this invite: somebody else knows its code. Do not use what came of it,"
            + " and ask for a new one");
  }

  /** Whether nothing more comes of it: two have answered. */
  public boolean isEnded() {
    return phase instanceof Ended;
  }

  /** Whether an answer was taken: there is a pairing. */
  public boolean isAnswered() {
    return phase instanceof Answered;
  }

  /**
   * What the answer brought, which the caller closes.
   *
   * @throws IllegalStateException when there is no answer, or it was not saved yet: after a crash
   *     another one could be taken
   */
  public Pairing pairing() {
    byte[] answer = kept("pairing").answer;
    try (Agreed agreed = exchange.agreedByAccepter(request, answer, e)) {
      return Pairing.with(agreed.inviter(), agreed);
    } catch (InviteRefusedException | MalformedMessageException fault) {
      throw new IllegalStateException("an answer that was taken is not right any more", fault);
    }
  }

  /**
   * The confirmation, always the same, by which the inviter knows that the answer arrived.
   *
   * @throws IllegalStateException when there is no answer, or it was not saved yet
   */
  public byte[] confirmation() {
    return kept("confirmation").confirmation.clone();
  }

  // [invite-14]
  private Answered kept(String what) {
    Answered answered = answered();
    if (!answered.kept) {
      throw notKept(what);
    }
    return answered;
  }

  private Answered answered() {
    if (phase instanceof Answered answered) {
      return answered;
    }
    if (phase instanceof Closed) {
      throw closed();
    }
    throw new IllegalStateException(
        phase instanceof Asking
            ? "there is no answer yet: call receive"
            : "this invite has ended: ask for a new one");
  }

  /**
   * This acceptance as an envelope, to be kept in the place of what was saved before, durably;
   * under a key of this device's own custody, that no other device has.
   */
  public byte[] save(Envelope envelope) {
    List<byte[]> messages =
        phase instanceof Answered answered
            ? List.of(request, answered.answer, answered.confirmation)
            : List.of(request);
    InviteState state =
        new InviteState(
            Side.ACCEPTER, phase instanceof Ended, exchange.secret(), e.privateKey(), messages);
    byte[] sealed = state.seal(envelope, identity.publicKeys().deviceId());
    if (phase instanceof Answered answered) {
      phase = new Answered(answered.answer, answered.confirmation, true);
    } else if (phase instanceof Asking) {
      phase = new Asking(true);
    }
    return sealed;
  }

  /**
   * Goes on where {@link #save} was called, with the same identity.
   *
   * @throws AEADBadTagException for what was not saved under this key by this device
   * @throws MalformedMessageException when what is sealed is no acceptance
   * @throws InviteRefusedException when what is sealed does not fit together
   */
  public static InviteAcceptance resume(DeviceIdentity identity, Envelope envelope, byte[] saved)
      throws AEADBadTagException, MalformedMessageException, InviteRefusedException {
    try (InviteState state =
        InviteState.open(Side.ACCEPTER, saved, envelope, identity.publicKeys().deviceId())) {
      return resume(identity, state);
    }
  }

  private static InviteAcceptance resume(DeviceIdentity identity, InviteState state)
      throws MalformedMessageException, InviteRefusedException {
    InviteExchange exchange = new InviteExchange(identity.keys().engine(), state.secret());
    byte[] request = state.messages().get(0);
    CurveKeyPair e = null;
    boolean right = false;
    try {
      e = exchange.ephemeral(Objects.requireNonNull(state.ephemeral(), "ephemeral key"));
      InviteState.requireOwn(identity.publicKeys(), exchange.readRequest(request));
      Phase phase = state.ended() ? new Ended() : new Asking(true);
      if (state.messages().size() > 1) {
        byte[] answer = state.messages().get(1);
        exchange.agreedByAccepter(request, answer, e).close();
        phase = new Answered(answer, state.messages().get(2), true);
      }
      right = true;
      return new InviteAcceptance(identity, exchange, e, request, phase);
    } finally {
      if (!right) {
        wipe(e, exchange);
      }
    }
  }

  /** Wipes the secrets in memory; what was saved stays. A second call does nothing. */
  @Override
  public void close() {
    phase = new Closed();
    wipe(e, exchange);
  }

  @Override
  public String toString() {
    return "InviteAcceptance[expires " + expires() + "]";
  }
}
