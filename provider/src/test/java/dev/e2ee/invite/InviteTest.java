package dev.e2ee.invite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.invite.InviteRefusedException.Reason;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code testvectors/spec/invite.md}, sections 3 and 4, between two honest devices. */
class InviteTest {
  static Stream<Meeting> meetings() throws GeneralSecurityException {
    return Meeting.ofEachKind();
  }

  private static Reason refusal(Executable action) {
    return Refused.with(InviteRefusedException.class, action).reason();
  }

  /** [invite-15] [invite-16] */
  @ParameterizedTest
  @MethodSource("meetings")
  void bothHaveTheSameKeyAndKnowEachOther(Meeting meeting) throws GeneralSecurityException {
    try (meeting;
        InviteAcceptance acceptance = meeting.accepted()) {
      assertArrayEquals(meeting.invite.inviteId(), acceptance.inviteId());
      assertFalse(meeting.invite.isTaken());
      byte[] answer = meeting.answerTo(acceptance.request());
      assertTrue(meeting.invite.isTaken());
      assertEquals(meeting.phone.publicKeys(), meeting.invite.accepter());
      assertFalse(acceptance.isAnswered());
      byte[] confirmation = meeting.confirmationOf(acceptance, answer);
      assertTrue(acceptance.isAnswered());
      try (Pairing atThePhone = acceptance.pairing();
          Pairing atTheLaptop = meeting.invite.confirm(confirmation)) {
        assertEquals(meeting.laptop.publicKeys(), atThePhone.peer());
        assertEquals(meeting.phone.publicKeys(), atTheLaptop.peer());
        assertArrayEquals(Meeting.PAYLOAD, atThePhone.payload());
        assertArrayEquals(Meeting.PAYLOAD, atTheLaptop.payload());
        assertEquals(32, atThePhone.dataKey().length());
        assertTrue(atThePhone.dataKey().sameBytes(atTheLaptop.dataKey()));
        sharesRecords(atThePhone, atTheLaptop);
      }
    }
  }

  private static void sharesRecords(Pairing one, Pairing two) throws GeneralSecurityException {
    try (Envelope sealing = Envelope.with(one.masterKey());
        Envelope opening = Envelope.with(two.masterKey())) {
      byte[] sealed = sealing.seal(Sample.plaintext(50), Sample.context());
      assertArrayEquals(Sample.plaintext(50), opening.open(sealed, Sample.context()));
    }
  }

  /** Each step in a process of its own. */
  @ParameterizedTest
  @MethodSource("meetings")
  void goesOnFromWhatWasSaved(Meeting m) throws GeneralSecurityException {
    try (m) {
      byte[] open = m.invite.save(m.laptops);
      byte[] asking = m.accepted().save(m.phones);
      byte[] request = resumedAcceptance(m, asking).request();
      Invite invite = Invite.resume(m.laptop, m.laptops, open, Meeting.at(Duration.ZERO));
      invite.receive(request);
      byte[] taken = invite.save(m.laptops);
      byte[] answer = Invite.resume(m.laptop, m.laptops, taken).answer();
      InviteAcceptance acceptance = resumedAcceptance(m, asking);
      acceptance.receive(answer);
      byte[] answered = acceptance.save(m.phones);
      byte[] confirmation = resumedAcceptance(m, answered).confirmation();
      try (Pairing atTheLaptop = Invite.resume(m.laptop, m.laptops, taken).confirm(confirmation);
          Pairing atThePhone = resumedAcceptance(m, answered).pairing()) {
        assertTrue(atThePhone.dataKey().sameBytes(atTheLaptop.dataKey()));
        assertEquals(0, atThePhone.payload().length);
      }
    }
  }

  private static InviteAcceptance resumedAcceptance(Meeting m, byte[] saved)
      throws GeneralSecurityException {
    return InviteAcceptance.resume(m.phone, m.phones, saved);
  }

  /** [invite-13] [invite-14] Nothing leaves before it is kept. */
  @Test
  void nothingLeavesBeforeItIsSaved() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteCode code = m.code()) {
      InviteAcceptance acceptance = InviteAcceptance.acceptInvite(m.phone, code);
      Refused.with(IllegalStateException.class, acceptance::request);
      Refused.with(IllegalStateException.class, acceptance::pairing);
      Refused.with(IllegalStateException.class, acceptance::confirmation);
      acceptance.save(m.phones);
      m.invite.save(m.laptops);
      Refused.with(IllegalStateException.class, m.invite::answer);
      Refused.with(IllegalStateException.class, m.invite::accepter);
      m.invite.receive(acceptance.request());
      Refused.with(IllegalStateException.class, m.invite::answer);
      Refused.with(IllegalStateException.class, () -> m.invite.confirm(new byte[38]));
      m.invite.save(m.laptops);
      acceptance.receive(m.invite.answer());
      Refused.with(IllegalStateException.class, acceptance::confirmation);
      acceptance.save(m.phones);
      m.invite.confirm(acceptance.confirmation()).close();
    }
  }

  /** [invite-13] [invite-14] What fails to save has saved nothing. */
  @Test
  void nothingLeavesWhereSavingFailed() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted();
        InviteCode code = m.code();
        InviteAcceptance other = InviteAcceptance.acceptInvite(m.phone, code)) {
      Envelope closed = Envelope.with(Sample.umk());
      closed.close();
      Refused.with(IllegalStateException.class, () -> other.save(closed));
      Refused.with(IllegalStateException.class, other::request);
      m.invite.receive(acceptance.request());
      Refused.with(IllegalStateException.class, () -> m.invite.save(closed));
      Refused.with(IllegalStateException.class, m.invite::answer);
      m.invite.save(m.laptops);
      acceptance.receive(m.invite.answer());
      Refused.with(IllegalStateException.class, () -> acceptance.save(closed));
      Refused.with(IllegalStateException.class, acceptance::pairing);
    }
  }

  /** [invite-14] */
  @Test
  void aClosedAcceptanceGivesNothingMore() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteCode code = m.code()) {
      InviteAcceptance acceptance = InviteAcceptance.acceptInvite(m.phone, code);
      acceptance.close();
      Refused.with(IllegalStateException.class, acceptance::request);
      Refused.with(IllegalStateException.class, acceptance::pairing);
      Refused.with(IllegalStateException.class, acceptance::confirmation);
      Refused.with(IllegalStateException.class, () -> acceptance.save(m.phones));
    }
  }

  /** [invite-13] [invite-14] A message that was lost is sent again; ECDSA would not repeat one. */
  @ParameterizedTest
  @MethodSource("meetings")
  void aLostMessageIsSentAgain(Meeting m) throws GeneralSecurityException {
    try (m) {
      InviteAcceptance acceptance = m.accepted();
      byte[] request = acceptance.request();
      assertArrayEquals(request, resumedAcceptance(m, acceptance.save(m.phones)).request());
      byte[] answer = m.answerTo(request);
      byte[] taken = m.invite.save(m.laptops);
      Invite later = Invite.resume(m.laptop, m.laptops, taken, Meeting.at(Duration.ofDays(9)));
      later.receive(request, new byte[3]);
      assertArrayEquals(answer, later.answer());
      byte[] confirmation = m.confirmationOf(acceptance, answer);
      acceptance.receive(answer);
      assertArrayEquals(confirmation, acceptance.confirmation());
      byte[] answered = acceptance.save(m.phones);
      assertArrayEquals(confirmation, resumedAcceptance(m, answered).confirmation());
      try (Pairing first = later.confirm(confirmation);
          Pairing second = later.confirm(confirmation)) {
        assertTrue(first.dataKey().sameBytes(second.dataKey()));
      }
    }
  }

  /** [invite-14] It was cut off before it could keep the answer. */
  @Test
  void anAnswerIsTakenAgainByWhoCouldNotKeepIt() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      byte[] asking = acceptance.save(m.phones);
      byte[] answer = m.answerTo(acceptance.request());
      byte[] confirmation = m.confirmationOf(acceptance, answer);
      for (int i = 0; i < 3; i++) {
        try (InviteAcceptance again = resumedAcceptance(m, asking)) {
          assertArrayEquals(confirmation, m.confirmationOf(again, answer));
        }
      }
    }
  }

  /** [invite-12] By the inviter's own clock, to the second. */
  @Test
  void nobodyComesInAfterTheExpiry() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun()) {
      byte[] open = m.invite.save(m.laptops);
      byte[] request = m.accepted().request();
      Duration life = Duration.between(Meeting.NOW, m.invite.expires());
      Invite late = Invite.resume(m.laptop, m.laptops, open, Meeting.at(life));
      assertEquals(Reason.EXPIRED, refusal(() -> late.receive(request)));
      assertFalse(late.isTaken());
      Invite last = Invite.resume(m.laptop, m.laptops, open, Meeting.at(life.minusMillis(1)));
      last.receive(request);
      assertTrue(last.isTaken());
    }
  }

  /** [invite-13] Two have the code: both sides of the inviter's memory say so. */
  @Test
  void aSecondUseIsToldAndEndsTheInvite() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        DeviceIdentity thief =
            DeviceIdentity.generate("thief", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
        InviteAcceptance first = m.accepted();
        InviteAcceptance second = m.acceptedBy(thief, m.phones)) {
      byte[] answer = m.answerTo(first.request());
      InviteRefusedException used =
          Refused.with(InviteRefusedException.class, () -> m.invite.receive(second.request()));
      assertEquals(Reason.USED, used.reason());
      assertTrue(String.valueOf(used.getMessage()).contains("used by phone, and now by thief"));
      byte[] confirmation = m.confirmationOf(first, answer);
      byte[] ended = m.invite.save(m.laptops);
      for (Invite invite : new Invite[] {m.invite, Invite.resume(m.laptop, m.laptops, ended)}) {
        Refused.with(IllegalStateException.class, () -> invite.confirm(confirmation));
        Refused.with(IllegalStateException.class, invite::answer);
        assertEquals(Reason.USED, refusal(() -> invite.receive(first.request())));
        assertEquals(Reason.USED, refusal(() -> invite.receive(second.request())));
        assertFalse(invite.isTaken());
      }
    }
  }

  /** [invite-14] The inviter, or who has its code, answers twice. */
  @Test
  void aSecondAnswerIsToldAndEndsTheAcceptance() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      byte[] open = m.invite.save(m.laptops);
      byte[] answer = m.answerTo(acceptance.request());
      Invite twin = Invite.resume(m.laptop, m.laptops, open, Meeting.at(Duration.ZERO));
      twin.receive(acceptance.request());
      twin.save(m.laptops);
      acceptance.receive(answer);
      assertEquals(Reason.USED, refusal(() -> acceptance.receive(twin.answer())));
      Refused.with(IllegalStateException.class, acceptance::pairing);
      InviteAcceptance resumed = resumedAcceptance(m, acceptance.save(m.phones));
      assertEquals(Reason.USED, refusal(() -> resumed.receive(answer)));
      assertEquals(Reason.NOT_AUTHENTIC, refusal(() -> resumed.receive(altered(answer))));
      Refused.with(IllegalStateException.class, resumed::confirmation);
      // [invite-6]
      byte[] other = twin.answer();
      assertFalse(Arrays.equals(answer, 22, 54, other, 22, 54), "an ephemeral key twice");
    }
  }

  /** [invite-17] */
  @Test
  void aRevokedInviteTakesNothing() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      byte[] request = acceptance.request();
      byte[] open = m.invite.save(m.laptops);
      byte[] confirmation = m.confirmationOf(acceptance, m.answerTo(request));
      try (Invite unused = Invite.resume(m.laptop, m.laptops, open, Meeting.at(Duration.ZERO))) {
        assertFalse(unused.isEnded());
        unused.revoke();
        assertEquals(Reason.USED, refusal(() -> unused.receive(request)));
      }
      m.invite.revoke();
      m.invite.revoke();
      byte[] revoked = m.invite.save(m.laptops);
      for (Invite invite : new Invite[] {m.invite, Invite.resume(m.laptop, m.laptops, revoked)}) {
        assertTrue(invite.isEnded());
        Refused.with(IllegalStateException.class, () -> invite.confirm(confirmation));
        assertEquals(Reason.USED, refusal(() -> invite.receive(request)));
      }
    }
  }

  /** [invite-14] After a crash another answer could be taken, and the keys of two used. */
  @Test
  void aPairingIsUsedOnlyOnceItsAnswerWasSaved() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      acceptance.receive(m.answerTo(acceptance.request()));
      Refused.with(IllegalStateException.class, acceptance::pairing);
      acceptance.save(m.phones);
      acceptance.pairing().close();
    }
  }

  private static byte[] altered(byte[] message) {
    byte[] altered = message.clone();
    altered[message.length - 1] ^= 1;
    return altered;
  }

  @Test
  void savedStatesAreTheDevicesOwn() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        DeviceIdentity twin =
            DeviceIdentity.generate("phone", AgreementAlgorithm.X25519, SigningAlgorithm.ED25519)) {
      byte[] open = m.invite.save(m.laptops);
      byte[] asking = m.accepted().save(m.phones);
      Refused.with(AEADBadTagException.class, () -> Invite.resume(m.phone, m.laptops, open));
      Refused.with(WrongKeyException.class, () -> Invite.resume(m.laptop, m.phones, open));
      Refused.with(
          AEADBadTagException.class, () -> InviteAcceptance.resume(m.laptop, m.laptops, open));
      Refused.with(
          MalformedMessageException.class, () -> InviteAcceptance.resume(twin, m.phones, asking));
      for (int at = 0; at < asking.length; at += 11) {
        byte[] altered = asking.clone();
        altered[at] ^= 1;
        try {
          resumedAcceptance(m, altered);
          throw new AssertionError("byte " + at + " does not matter");
        } catch (AEADBadTagException expected) {
          Refused.assertNoSecret(expected.toString());
        }
      }
    }
  }

  /** [invite-8] */
  @Test
  void aPayloadHasABound() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      byte[] request = acceptance.request();
      Refused.with(
          IllegalArgumentException.class, () -> m.invite.receive(request, new byte[16_385]));
      m.invite.receive(request, new byte[16_384]);
      m.invite.save(m.laptops);
      acceptance.receive(m.invite.answer());
      acceptance.save(m.phones);
      try (Pairing pairing = acceptance.pairing()) {
        assertEquals(16_384, pairing.payload().length);
      }
    }
  }

  @Test
  void whoIsPairedCanBeAMemberOfAKeyring() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      byte[] confirmation = m.confirmationOf(acceptance, m.answerTo(acceptance.request()));
      try (Pairing atTheLaptop = m.invite.confirm(confirmation);
          Pairing atThePhone = acceptance.pairing()) {
        assertEquals(Recipient.of(m.phone.publicKeys()), Recipient.of(atTheLaptop.peer()));
        assertEquals(Signer.of(m.laptop.publicKeys()), Signer.of(atThePhone.peer()));
      }
    }
  }

  @Test
  void whatIsClosedGivesNothing() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun()) {
      InviteAcceptance acceptance = m.accepted();
      byte[] request = acceptance.request();
      byte[] confirmation = m.confirmationOf(acceptance, m.answerTo(request));
      Pairing pairing = m.invite.confirm(confirmation);
      pairing.close();
      Refused.with(IllegalStateException.class, pairing::masterKey);
      acceptance.close();
      Refused.with(IllegalStateException.class, acceptance::pairing);
      Refused.with(IllegalStateException.class, () -> acceptance.save(m.phones));
      Refused.with(IllegalStateException.class, () -> acceptance.receive(m.invite.answer()));
      m.invite.close();
      Refused.with(IllegalStateException.class, m.invite::code);
      Refused.with(IllegalStateException.class, () -> m.invite.confirm(confirmation));
      Refused.with(IllegalStateException.class, () -> m.invite.receive(request));
    }
  }
}
