package dev.e2ee.invite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.invite.InviteExchange;
import dev.e2ee.internal.invite.InviteExchange.Agreed;
import dev.e2ee.internal.invite.InviteSecret;
import dev.e2ee.invite.InviteRefusedException.Reason;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code testvectors/spec/invite.md} over a server that sees and changes every message: it gets
 * nothing, is noticed, and cannot use an invite up. Then those who have the code.
 */
@Timeout(300)
class HostileInviteTest {
  private static final int ID = 6;
  private static final int BEHIND_ID = 22;
  private static final int BEHIND_E = 54;

  private interface Reading {
    void of(byte[] message) throws GeneralSecurityException;
  }

  /** Refused as malformed, as another invite's or as not authentic: which of these it was. */
  private static String refusal(Reading reading, byte[] message) {
    try {
      reading.of(message);
      throw new AssertionError("accepted: " + HexFormat.of().formatHex(message));
    } catch (MalformedMessageException e) {
      Refused.assertNoSecret(e.toString());
      return "MALFORMED";
    } catch (InviteRefusedException e) {
      Refused.assertNoSecret(e.toString());
      return e.reason().name();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("an error of another kind", e);
    }
  }

  private static byte[] flipped(byte[] message, int at, int bit) {
    byte[] altered = message.clone();
    altered[at] ^= (byte) (1 << bit);
    return altered;
  }

  private static byte[] joined(byte[] one, byte[] two) {
    return ByteBuffer.allocate(one.length + two.length).put(one).put(two).array();
  }

  /** The head of one, and what follows of the other: as if it were this invite's. */
  private static byte[] underTheIdOf(byte[] mine, byte[] other) {
    return joined(
        Arrays.copyOf(mine, BEHIND_ID), Arrays.copyOfRange(other, BEHIND_ID, other.length));
  }

  private static byte[] relabelled(byte[] message, int type) {
    byte[] altered = message.clone();
    altered[5] = (byte) type;
    return altered;
  }

  /** [invite-7] [invite-11] Every bit, every cut, and something behind. */
  private static void nothingElsePasses(Reading reading, byte[] right) {
    for (int at = 0; at < right.length; at++) {
      for (int bit : new int[] {at % 8, 7}) {
        String refused = refusal(reading, flipped(right, at, bit));
        if (at < ID) {
          assertEquals("MALFORMED", refused, "byte " + at);
        } else if (at < BEHIND_ID) {
          assertEquals("OTHER_INVITE", refused, "byte " + at);
        } else if (at >= BEHIND_E || right.length < BEHIND_E) {
          assertEquals("NOT_AUTHENTIC", refused, "byte " + at);
        } else {
          assertTrue(Set.of("MALFORMED", "NOT_AUTHENTIC").contains(refused), "byte " + at);
        }
      }
    }
    for (int length = 0; length < right.length; length++) {
      String refused = refusal(reading, Arrays.copyOf(right, length));
      assertTrue(Set.of("MALFORMED", "NOT_AUTHENTIC").contains(refused), "length " + length);
    }
    refusal(reading, joined(right, new byte[1]));
    refusal(reading, joined(right, right));
    refusal(reading, new byte[right.length]);
  }

  @Test
  @Tag("once")
  void everyChangeOfEveryMessageIsNoticedAndUsesNothingUp() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      byte[] request = acceptance.request();
      nothingElsePasses(m.invite::receive, request);
      assertFalse(m.invite.isTaken());
      byte[] answer = m.answerTo(request);
      nothingElsePasses(m.invite::receive, request);
      assertTrue(m.invite.isTaken(), "an altered request ended the invite");
      nothingElsePasses(acceptance::receive, answer);
      assertFalse(acceptance.isAnswered());
      byte[] confirmation = m.confirmationOf(acceptance, answer);
      nothingElsePasses(acceptance::receive, answer);
      assertTrue(acceptance.isAnswered(), "an altered answer ended the acceptance");
      nothingElsePasses(m.invite::confirm, confirmation);
      try (Pairing atTheLaptop = m.invite.confirm(confirmation);
          Pairing atThePhone = acceptance.pairing()) {
        assertTrue(atThePhone.dataKey().sameBytes(atTheLaptop.dataKey()));
      }
    }
  }

  /** In another's place, sent back, or of an earlier exchange. */
  @Test
  void messagesOutOfPlaceAreRefused() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        Meeting before = Meeting.begun();
        InviteAcceptance acceptance = m.accepted();
        InviteAcceptance earlier = before.accepted()) {
      byte[] request = acceptance.request();
      byte[] otherAnswer = before.answerTo(earlier.request());
      byte[] otherConfirmation = before.confirmationOf(earlier, otherAnswer);
      List<byte[]> others = List.of(earlier.request(), otherAnswer, otherConfirmation);
      refuseAll(m.invite::receive, request, others, 1);
      byte[] answer = m.answerTo(request);
      refuseAll(acceptance::receive, answer, others, 2);
      // Reflected: what a side has said itself, as it is and with another type.
      assertEquals("MALFORMED", refusal(acceptance::receive, request));
      assertEquals("NOT_AUTHENTIC", refusal(acceptance::receive, relabelled(request, 2)));
      assertEquals("MALFORMED", refusal(m.invite::receive, answer));
      assertEquals("NOT_AUTHENTIC", refusal(m.invite::receive, relabelled(answer, 1)));
      byte[] confirmation = m.confirmationOf(acceptance, answer);
      refuseAll(m.invite::confirm, confirmation, others, 3);
      for (byte[] wrong : List.of(request, answer)) {
        assertEquals("MALFORMED", refusal(m.invite::confirm, wrong));
        assertEquals("MALFORMED", refusal(m.invite::confirm, relabelled(wrong, 3)));
      }
      m.invite.confirm(confirmation).close();
    }
  }

  private static void refuseAll(Reading reading, byte[] right, List<byte[]> others, int type) {
    for (int i = 0; i < others.size(); i++) {
      boolean isKind = i + 1 == type;
      assertEquals(isKind ? "OTHER_INVITE" : "MALFORMED", refusal(reading, others.get(i)));
      String moved = refusal(reading, underTheIdOf(right, others.get(i)));
      assertTrue(Set.of("MALFORMED", "NOT_AUTHENTIC").contains(moved), moved);
    }
    assertEquals("NOT_AUTHENTIC", refusal(reading, underTheIdOf(right, others.get(type - 1))));
  }

  /** Threat 2: a server that runs an invite of its own towards each side. */
  @Test
  void aServerBetweenTheTwoGetsInOnNeitherSide() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        Meeting servers = Meeting.begun();
        InviteAcceptance victim = m.accepted();
        InviteAcceptance serversAcceptance = servers.accepted()) {
      byte[] request = victim.request();
      byte[] forged = underTheIdOf(request, serversAcceptance.request());
      assertEquals("NOT_AUTHENTIC", refusal(m.invite::receive, forged));
      byte[] taken = servers.answerTo(serversAcceptance.request());
      byte[] answer = m.answerTo(request);
      assertEquals("NOT_AUTHENTIC", refusal(victim::receive, underTheIdOf(answer, taken)));
      byte[] withItsKey = answer.clone();
      System.arraycopy(taken, BEHIND_ID, withItsKey, BEHIND_ID, 32);
      assertEquals("NOT_AUTHENTIC", refusal(victim::receive, withItsKey));
    }
  }

  /** What it knows: the id, the expiry, all three messages. None of it stands for the secret. */
  @Test
  void whatTheServerKnowsOpensNothing() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance acceptance = m.accepted()) {
      byte[] request = acceptance.request();
      byte[] answer = m.answerTo(request);
      byte[] confirmation = m.confirmationOf(acceptance, answer);
      int minutes = (int) (m.invite.expires().getEpochSecond() / 60);
      Set<String> knowledge = new HashSet<>();
      knowledge.add(HexFormat.of().formatHex(new byte[16]));
      knowledge.add(HexFormat.of().formatHex(m.invite.inviteId()));
      for (byte[] message : List.of(request, answer, confirmation)) {
        for (int at = 0; at + 16 <= message.length; at++) {
          knowledge.add(HexFormat.of().formatHex(message, at, at + 16));
        }
      }
      assertTrue(knowledge.size() > 300, "it has tried something");
      for (String guess : knowledge) {
        byte[] bytes =
            ByteBuffer.allocate(20).put(HexFormat.of().parseHex(guess)).putInt(minutes).array();
        try (InviteSecret secret = InviteSecret.of(bytes)) {
          InviteExchange exchange = new InviteExchange(Engine.jdk(), secret);
          byte[] renamed = request.clone();
          System.arraycopy(exchange.id(), 0, renamed, ID, 16);
          assertEquals("NOT_AUTHENTIC", refusal(exchange::readRequest, renamed));
        }
      }
      String all = HexFormat.of().formatHex(joined(joined(request, answer), confirmation));
      for (DevicePublicKeys keys : List.of(m.phone.publicKeys(), m.laptop.publicKeys())) {
        assertFalse(all.contains(HexFormat.of().formatHex(keys.signingKey())), "who it is");
      }
      assertFalse(all.contains(HexFormat.of().formatHex(Meeting.PAYLOAD)), "the payload");
    }
  }

  /** [invite-6] [invite-16] Of two exchanges that differ in anything, the keys differ. */
  @Test
  void whereAnythingDiffersTheDataKeysDo() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun()) {
      byte[] code = new byte[20];
      Set<String> keys = new HashSet<>();
      keys.add(dataKey(m, code, Meeting.PAYLOAD, false));
      keys.add(dataKey(m, code, new byte[0], false));
      keys.add(dataKey(m, code, Meeting.PAYLOAD, true));
      for (int at = 0; at < code.length; at++) {
        keys.add(dataKey(m, flipped(code, at, 0), Meeting.PAYLOAD, false));
      }
      assertEquals(23, keys.size());
      assertEquals(1, Set.of(dataKey(m, code, Meeting.PAYLOAD, false)).size());
      assertTrue(keys.contains(dataKey(m, code, Meeting.PAYLOAD, false)), "it is not random");
    }
  }

  /** With the same two ephemeral keys, which no device would use twice. */
  private static String dataKey(Meeting m, byte[] code, byte[] payload, boolean swapped)
      throws GeneralSecurityException {
    DeviceIdentity accepter = swapped ? m.laptop : m.phone;
    DeviceIdentity inviter = swapped ? m.phone : m.laptop;
    try (InviteSecret secret = InviteSecret.of(code)) {
      InviteExchange exchange = new InviteExchange(Engine.jdk(), secret);
      try (CurveKeyPair one = exchange.ephemeral(SecretBytes.copyOf(Sample.umkBytes()));
          CurveKeyPair two = exchange.ephemeral(SecretBytes.adopt(new byte[32]))) {
        byte[] request = exchange.request(one, accepter.publicKeys(), accepter.keys().signing());
        byte[] answer =
            exchange.answer(request, two, inviter.publicKeys(), inviter.keys().signing(), payload);
        try (Agreed here = exchange.agreedByAccepter(request, answer, one);
            Agreed there = exchange.agreedByInviter(request, answer, two)) {
          assertTrue(here.dataKey().sameBytes(there.dataKey()));
          byte[] key = here.dataKey().copy();
          return HexFormat.of().formatHex(key);
        }
      }
    }
  }

  /** [invite-9] Whoever has the code cannot pass for a device whose keys it does not hold. */
  @Test
  void aCodeHolderCannotShowAnothersKeys() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteCode code = m.code();
        InviteAcceptance acceptance = m.accepted();
        CurveKeyPair e = new InviteExchange(Engine.jdk(), code.secret()).ephemeral();
        DeviceIdentity mallory =
            DeviceIdentity.generate(
                "mallory", AgreementAlgorithm.X25519, SigningAlgorithm.ED25519)) {
      InviteExchange stolen = new InviteExchange(Engine.jdk(), code.secret());
      byte[] posing = stolen.request(e, m.phone.publicKeys(), mallory.keys().signing());
      assertEquals("NOT_ITS_KEYS", refusal(m.invite::receive, posing));
      assertFalse(m.invite.isTaken(), "such a request used the invite up");
      byte[] request = acceptance.request();
      byte[] answer =
          stolen.answer(
              request, e, m.laptop.publicKeys(), mallory.keys().signing(), Meeting.PAYLOAD);
      assertEquals("NOT_ITS_KEYS", refusal(acceptance::receive, answer));
      // The victim's own proof under an ephemeral key of the thief's.
      byte[] spliced = request.clone();
      System.arraycopy(e.publicKey(), 0, spliced, BEHIND_ID, 32);
      assertEquals("NOT_AUTHENTIC", refusal(m.invite::receive, spliced));
    }
  }

  /** What section 1 says: the code is all. Who came second is refused, and both are told. */
  @Test
  void aThiefOfTheCodeWhoComesFirstIsNoticedWhenTheOtherComes() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        DeviceIdentity mallory =
            DeviceIdentity.generate(
                "mallory", AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
        InviteAcceptance honest = m.accepted();
        InviteAcceptance thief = m.acceptedBy(mallory, m.phones)) {
      byte[] answer = m.answerTo(thief.request());
      m.invite.confirm(m.confirmationOf(thief, answer)).close();
      assertEquals(Reason.USED.name(), refusal(m.invite::receive, honest.request()));
      assertEquals("NOT_AUTHENTIC", refusal(honest::receive, answer));
    }
  }

  /** [invite-10] A device that accepts its own invite, or one with a part of its keys. */
  @Test
  void aDeviceDoesNotMeetItself() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteAcceptance own = m.acceptedBy(m.laptop, m.laptops);
        CurveKeyPair e = new InviteExchange(Engine.jdk(), m.code().secret()).ephemeral()) {
      assertEquals("ITSELF", refusal(m.invite::receive, own.request()));
      InviteExchange exchange = new InviteExchange(Engine.jdk(), m.code().secret());
      DevicePublicKeys l = m.laptop.publicKeys();
      DevicePublicKeys p = m.phone.publicKeys();
      DevicePublicKeys withItsAgreement = keys(l.agreementKey(), p.signingKey());
      byte[] request = exchange.request(e, withItsAgreement, m.phone.keys().signing());
      assertEquals("ITSELF", refusal(m.invite::receive, request));
      assertFalse(m.invite.isTaken());
      InviteAcceptance acceptance = m.accepted();
      byte[] answer =
          exchange.answer(acceptance.request(), e, p, m.phone.keys().signing(), Meeting.PAYLOAD);
      assertEquals("ITSELF", refusal(acceptance::receive, answer));
      assertFalse(acceptance.isAnswered());
    }
  }

  private static DevicePublicKeys keys(byte[] agreement, byte[] signing)
      throws GeneralSecurityException {
    return DevicePublicKeys.of(
        "phone", AgreementAlgorithm.X25519, agreement, SigningAlgorithm.ED25519, signing);
  }

  /** A code whose expiry somebody has changed is another invite's. */
  @Test
  void anotherExpiryIsAnotherInvite() throws GeneralSecurityException {
    try (Meeting m = Meeting.begun();
        InviteCode code = m.code()) {
      byte[] bytes = code.secret().bytes();
      bytes[19] ^= 1;
      try (InviteCode later = new InviteCode(InviteSecret.of(bytes));
          InviteAcceptance acceptance = InviteAcceptance.acceptInvite(m.phone, later)) {
        acceptance.save(m.phones);
        byte[] request = acceptance.request();
        assertEquals("OTHER_INVITE", refusal(m.invite::receive, request));
        byte[] renamed = request.clone();
        System.arraycopy(m.invite.inviteId(), 0, renamed, ID, 16);
        assertEquals("NOT_AUTHENTIC", refusal(m.invite::receive, renamed));
        assertEquals(Duration.ofMinutes(1), between(code, later));
      }
    }
  }

  private static Duration between(InviteCode one, InviteCode two) {
    return Duration.between(one.expires(), two.expires()).abs();
  }
}
