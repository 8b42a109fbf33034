package dev.e2ee.device;

import static dev.e2ee.device.Devices.USER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code testvectors/spec/device.md}, section 4, with a server that may do anything between. */
class DeviceJoinTest {
  static Stream<List<DeviceIdentity>> pairs() {
    return Devices.pairs();
  }

  private static DeviceApproval approval(DeviceIdentity old, byte[] request) throws Exception {
    return DeviceApproval.start(old, USER, Sample.umk(), request);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bringsTheUmkWhenPeopleSeeTheSame(List<DeviceIdentity> pair) throws Exception {
    DeviceJoin join = DeviceJoin.start(pair.get(0), USER);
    DeviceApproval approval = approval(pair.get(1), join.request());
    approval.receive(join.reveal(approval.offer()));
    String shown = join.fingerprint().toString();
    assertTrue(shown.matches("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}"), shown);
    assertEquals(shown, approval.fingerprint().toString());
    assertEquals(pair.get(0).publicKeys(), approval.device());
    assertEquals(pair.get(1).publicKeys(), join.approver());
    byte[] message = approval.approve(shown.toLowerCase(java.util.Locale.ROOT).replace("-", " "));
    join.confirm(shown);
    UserMasterKey umk = join.finish(message);
    assertArrayEquals(Sample.umkBytes(), umk.getEncoded());
  }

  /** Each step in a process of its own. */
  @ParameterizedTest
  @MethodSource("pairs")
  void goesOnFromWhatWasSaved(List<DeviceIdentity> pair) throws Exception {
    DeviceIdentity next = pair.get(0);
    DeviceIdentity old = pair.get(1);
    byte[] joining = DeviceJoin.start(next, USER).save();
    byte[] request = DeviceJoin.resume(next, joining).request();
    byte[] approving = approval(old, request).save();
    byte[] offer = DeviceApproval.resume(old, Sample.umk(), approving).offer();
    DeviceJoin join = DeviceJoin.resume(next, joining);
    byte[] reveal = join.reveal(offer);
    joining = join.save();
    DeviceApproval approval = DeviceApproval.resume(old, Sample.umk(), approving);
    approval.receive(reveal);
    approving = approval.save();
    String shown = DeviceJoin.resume(next, joining).fingerprint().toString();
    byte[] message = DeviceApproval.resume(old, Sample.umk(), approving).approve(shown);
    join = DeviceJoin.resume(next, joining);
    join.confirm(shown);
    DeviceJoin confirmed = DeviceJoin.resume(next, join.save());
    assertArrayEquals(Sample.umkBytes(), confirmed.finish(message).getEncoded());
    Refused.with(IllegalStateException.class, confirmed::save);
    byte[] saved = joining;
    Refused.with(JoinRefusedException.class, () -> DeviceJoin.resume(Devices.p256("other"), saved));
    Refused.with(MalformedMessageException.class, () -> DeviceJoin.resume(next, approval.save()));
  }

  /** Threat 2: a server that puts its own keys between the two shows two fingerprints. */
  @Test
  void aServerBetweenThemShowsOtherFingerprints() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.p256("old");
    DeviceIdentity asOld = Devices.p256("old");
    DeviceIdentity asNew = Devices.p256("new");
    DeviceJoin victim = DeviceJoin.start(next, USER);
    DeviceJoin mallorysJoin = DeviceJoin.start(asNew, USER);
    DeviceApproval honest = approval(old, mallorysJoin.request());
    DeviceApproval mallorys =
        DeviceApproval.start(asOld, USER, Sample.otherUmk(), victim.request());
    mallorys.receive(victim.reveal(mallorys.offer()));
    honest.receive(mallorysJoin.reveal(honest.offer()));
    String atTheVictim = victim.fingerprint().toString();
    String atTheApprover = honest.fingerprint().toString();
    assertNotEquals(atTheVictim, atTheApprover);
    // [device-19] [device-22]
    Refused.with(JoinRefusedException.class, () -> honest.approve(atTheVictim));
    Refused.with(IllegalStateException.class, () -> honest.approve(atTheApprover));
    Refused.with(JoinRefusedException.class, () -> victim.confirm(atTheApprover));
    byte[] planted = mallorys.approve(atTheVictim);
    Refused.with(IllegalStateException.class, () -> victim.finish(planted));
  }

  /** [device-15] [device-17] The new device's keys and nonce are fixed before there is an offer. */
  @Test
  void aRevealOtherThanCommittedIsRefused() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.p256("old");
    DeviceJoin join = DeviceJoin.start(next, USER);
    DeviceJoin another = DeviceJoin.start(next, USER);
    assertFalse(Arrays.equals(join.request(), another.request()), "a nonce of its own");
    byte[] request = join.request();
    for (int i = 0; i < 32; i++) {
      byte[] other = request.clone();
      other[6 + i] ^= 1;
      DeviceApproval approval = approval(old, other);
      byte[] offer = approval.offer();
      // The new device answers an offer to its own request only.
      Refused.with(
          JoinRefusedException.class, () -> DeviceJoin.resume(next, join.save()).reveal(offer));
    }
    DeviceApproval approval = approval(old, another.request());
    byte[] right = another.reveal(approval.offer());
    for (int at : new int[] {6, 37, 38, 69, 70, 133, 140, right.length - 1}) {
      byte[] altered = right.clone();
      altered[at] ^= 1;
      DeviceApproval fresh = DeviceApproval.resume(old, Sample.umk(), approval.save());
      try {
        fresh.receive(altered);
        throw new AssertionError("byte " + at + " does not matter");
      } catch (JoinRefusedException | MalformedMessageException expected) {
        Refused.with(IllegalStateException.class, fresh::fingerprint);
      }
    }
  }

  /** [device-14] Each message is taken at its one place, and for nothing else. */
  @Test
  void messagesOutOfPlaceAreRefused() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.x25519("old");
    DeviceJoin join = DeviceJoin.start(next, USER);
    DeviceApproval approval = approval(old, join.request());
    byte[] joining = join.save();
    byte[] approving = approval.save();
    byte[] request = join.request();
    byte[] offer = approval.offer();
    byte[] reveal = join.reveal(offer);
    approval.receive(reveal);
    String shown = join.fingerprint().toString();
    byte[] message = approval.approve(shown);
    for (byte[] wrong : List.of(request, reveal, message, new byte[0], new byte[6])) {
      Refused.with(
          MalformedMessageException.class, () -> DeviceJoin.resume(next, joining).reveal(wrong));
    }
    for (byte[] wrong : List.of(request, offer, message)) {
      Refused.with(
          MalformedMessageException.class,
          () -> DeviceApproval.resume(old, Sample.umk(), approving).receive(wrong));
    }
    for (byte[] wrong : List.of(offer, reveal, message)) {
      Refused.with(MalformedMessageException.class, () -> approval(old, wrong));
    }
    byte[] revealed = join.save();
    for (byte[] wrong : List.of(request, offer, reveal)) {
      DeviceJoin again = DeviceJoin.resume(next, revealed);
      again.confirm(shown);
      Refused.with(MalformedMessageException.class, () -> again.finish(wrong));
      // [device-22]
      Refused.with(IllegalStateException.class, () -> again.finish(message));
    }
    // [device-16] A second offer, even the same one.
    Refused.with(JoinRefusedException.class, () -> join.reveal(offer));
    // [device-20]
    Refused.with(
        IllegalStateException.class, () -> DeviceJoin.resume(next, revealed).finish(message));
  }

  /** [device-18] */
  @Test
  void messagesOfOtherHandshakesAndOnesOwnAreRefused() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.p256("old");
    DeviceJoin first = DeviceJoin.start(next, USER);
    DeviceApproval one = approval(old, first.request());
    DeviceApproval two = approval(old, first.request());
    byte[] saved = first.save();
    byte[] toOne = first.reveal(one.offer());
    byte[] toTwo = DeviceJoin.resume(next, saved).reveal(two.offer());
    Refused.with(JoinRefusedException.class, () -> two.receive(toOne));
    one.receive(toOne);
    DeviceApproval third = approval(old, first.request());
    Refused.with(JoinRefusedException.class, () -> third.receive(toTwo));
    DeviceJoin mirror = DeviceJoin.start(old, USER);
    DeviceApproval own = approval(old, mirror.request());
    byte[] ownOffer = own.offer();
    Refused.with(JoinRefusedException.class, () -> mirror.reveal(ownOffer));
    // A second device that carries the first one's id.
    DeviceJoin twin = DeviceJoin.start(Devices.p256("old"), USER);
    DeviceApproval toTwin = approval(old, twin.request());
    byte[] twinsOffer = toTwin.offer();
    Refused.with(JoinRefusedException.class, () -> twin.reveal(twinsOffer));
  }

  /** [device-21] */
  @Test
  void anotherApprovalIsRefused() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.p256("old");
    DeviceJoin join = DeviceJoin.start(next, USER);
    DeviceApproval approval = approval(old, join.request());
    approval.receive(join.reveal(approval.offer()));
    String shown = join.fingerprint().toString();
    join.confirm(shown);
    byte[] saved = join.save();
    byte[] right = approval.approve(shown);
    for (int at = 6; at < right.length; at++) {
      byte[] altered = right.clone();
      altered[at] ^= 1;
      DeviceJoin again = DeviceJoin.resume(next, saved);
      Refused.with(JoinRefusedException.class, () -> again.finish(altered));
    }
    // An approval of the same two devices from an earlier handshake.
    DeviceJoin earlier = DeviceJoin.start(next, USER);
    DeviceApproval before = approval(old, earlier.request());
    before.receive(earlier.reveal(before.offer()));
    byte[] replayed = before.approve(earlier.fingerprint().toString());
    DeviceJoin again = DeviceJoin.resume(next, saved);
    Refused.with(JoinRefusedException.class, () -> again.finish(replayed));
    assertArrayEquals(Sample.umkBytes(), DeviceJoin.resume(next, saved).finish(right).getEncoded());
  }

  @Test
  void anotherUsersHandshakeIsRefused() throws Exception {
    DeviceJoin join = DeviceJoin.start(Devices.p256("new"), "bob");
    DeviceApproval approval = approval(Devices.p256("old"), join.request());
    byte[] reveal = join.reveal(approval.offer());
    Refused.with(JoinRefusedException.class, () -> approval.receive(reveal));
  }

  @Test
  void fingerprintsAreReadAsPeopleWriteThem() throws Exception {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      DeviceJoin join = DeviceJoin.start(Devices.x25519("new"), USER);
      DeviceApproval approval = approval(Devices.x25519("old"), join.request());
      join.reveal(approval.offer());
      Fingerprint shown = join.fingerprint();
      String text = shown.toString();
      assertTrue(seen.add(text), "two alike");
      assertTrue(shown.matches(" " + text.replace('0', 'o').replace('1', 'l') + "\n"));
      assertTrue(shown.matches(text.replace('1', 'I').replace("-", "")));
      assertFalse(shown.matches(text.substring(1)));
      assertFalse(shown.matches(text + "0"));
      assertFalse(shown.matches(""));
      assertFalse(shown.matches("U" + text.substring(1)));
      char other = text.charAt(0) == '2' ? '3' : '2';
      assertFalse(shown.matches(other + text.substring(1)));
    }
  }
}
