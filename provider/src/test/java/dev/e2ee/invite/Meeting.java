package dev.e2ee.invite;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.testing.Sample;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/** A laptop that invites a phone, each with a custody of its own, step by step. */
final class Meeting implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-29T12:00:30Z");
  static final byte[] PAYLOAD = "collection 7".getBytes(StandardCharsets.US_ASCII);

  final DeviceIdentity laptop;
  final DeviceIdentity phone;
  final Envelope laptops;
  final Envelope phones;
  final Invite invite;
  private final Clock clock = at(Duration.ZERO);

  private Meeting(AgreementAlgorithm agreement, SigningAlgorithm signing)
      throws GeneralSecurityException {
    this.laptop = DeviceIdentity.generate("laptop", agreement, signing);
    this.phone = DeviceIdentity.generate("phone", agreement, signing);
    this.laptops = Envelope.with(Sample.umk());
    this.phones = Envelope.with(Sample.otherUmk());
    this.invite = Invite.createInvite(laptop, Duration.ofHours(1), clock);
  }

  static Meeting begun() throws GeneralSecurityException {
    return new Meeting(AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
  }

  /** One of each combination of algorithms. */
  static Stream<Meeting> ofEachKind() throws GeneralSecurityException {
    Stream.Builder<Meeting> all = Stream.builder();
    for (AgreementAlgorithm agreement : AgreementAlgorithm.values()) {
      for (SigningAlgorithm signing : SigningAlgorithm.values()) {
        all.add(new Meeting(agreement, signing));
      }
    }
    return all.build();
  }

  /** A clock that stands so long after the invite was made. */
  static Clock at(Duration later) {
    return Clock.fixed(NOW.plus(later), ZoneOffset.UTC);
  }

  /** The code as the phone reads it. */
  InviteCode code() throws InvalidInviteCodeException {
    try (InviteCode shown = invite.code()) {
      return InviteCode.parse(shown.text(), clock);
    }
  }

  /** The phone accepts, and has saved that. */
  InviteAcceptance accepted() throws GeneralSecurityException {
    return acceptedBy(phone, phones);
  }

  /** Whoever has the code accepts. */
  InviteAcceptance acceptedBy(DeviceIdentity device, Envelope custody)
      throws GeneralSecurityException {
    try (InviteCode code = code()) {
      InviteAcceptance acceptance = InviteAcceptance.acceptInvite(device, code);
      acceptance.save(custody);
      return acceptance;
    }
  }

  /** The laptop takes this request, saves and answers. */
  byte[] answerTo(byte[] request) throws GeneralSecurityException {
    invite.receive(request, PAYLOAD);
    invite.save(laptops);
    return invite.answer();
  }

  /** The phone takes this answer, saves and confirms. */
  byte[] confirmationOf(InviteAcceptance acceptance, byte[] answer)
      throws GeneralSecurityException {
    acceptance.receive(answer);
    acceptance.save(phones);
    return acceptance.confirmation();
  }

  @Override
  public void close() {
    invite.close();
    laptop.close();
    phone.close();
    laptops.close();
    phones.close();
  }

  @Override
  public String toString() {
    return laptop.publicKeys().toString();
  }
}
