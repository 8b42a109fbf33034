package dev.e2ee.device;

import static dev.e2ee.device.Devices.USER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.device.JoinCore;
import dev.e2ee.internal.device.JoinMessages.Approval;
import dev.e2ee.internal.device.JoinMessages.Offer;
import dev.e2ee.internal.device.JoinMessages.Request;
import dev.e2ee.internal.device.JoinMessages.Reveal;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code testvectors/spec/device.md}, section 4, with a server that may do anything between. */
@SuppressWarnings("NullAway.Init") // JUnit calls open
class DeviceJoinTest {
  private final DeviceRegistry knownToNext = new DeviceRegistry();
  private final DeviceRegistry knownToOld = new DeviceRegistry();

  /** Under the keys of each device's own custody. */
  private Envelope nexts;

  private Envelope olds;

  static Stream<List<DeviceIdentity>> pairs() {
    return Devices.pairs();
  }

  @BeforeEach
  void open() throws Exception {
    nexts = Envelope.with(Sample.umk());
    olds = Envelope.with(Sample.otherUmk());
  }

  @AfterEach
  void close() {
    nexts.close();
    olds.close();
  }

  private DeviceJoin join(DeviceIdentity next) {
    return DeviceJoin.start(next, USER, knownToNext);
  }

  private DeviceApproval approval(DeviceIdentity old, byte[] request) throws Exception {
    return DeviceApproval.start(old, USER, Sample.umk(), knownToOld, request);
  }

  private DeviceJoin resumed(DeviceIdentity next, byte[] saved) throws Exception {
    return DeviceJoin.resume(next, knownToNext, nexts, saved);
  }

  private DeviceApproval approvalResumed(DeviceIdentity old, byte[] saved) throws Exception {
    return DeviceApproval.resume(old, knownToOld, olds, saved);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bringsTheUmkWhenPeopleSeeTheSame(List<DeviceIdentity> pair) throws Exception {
    DeviceJoin join = join(pair.get(0));
    DeviceApproval approval = approval(pair.get(1), join.request());
    join.receive(approval.offer());
    approval.receive(join.reveal());
    String shown = join.fingerprint().toString();
    assertTrue(shown.matches("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}"), shown);
    assertEquals(shown, approval.fingerprint().toString());
    assertEquals(pair.get(0).publicKeys(), approval.device());
    assertEquals(pair.get(1).publicKeys(), join.approver());
    assertTrue(knownToOld.list().isEmpty(), "nobody is pinned before people compared");
    DeviceApproval.Approved approved =
        approval.approve(shown.toLowerCase(Locale.ROOT).replace("-", " "), Sample.umk());
    assertEquals(pair.get(0).publicKeys(), approved.device());
    assertEquals(pair.get(0).publicKeys(), knownToOld.approver("new"));
    join.confirm(shown);
    assertTrue(knownToNext.list().isEmpty(), "nobody is pinned before the key is there");
    DeviceJoin.Joined joined = join.finish(approved.message());
    assertArrayEquals(Sample.umkBytes(), joined.umk().getEncoded());
    assertEquals(pair.get(1).publicKeys(), joined.approver());
    assertEquals(pair.get(1).publicKeys(), knownToNext.approver("old"));
  }

  /** Each step in a process of its own. */
  @ParameterizedTest
  @MethodSource("pairs")
  void goesOnFromWhatWasSaved(List<DeviceIdentity> pair) throws Exception {
    DeviceIdentity next = pair.get(0);
    DeviceIdentity old = pair.get(1);
    byte[] joining = join(next).save(nexts);
    DeviceJoin join = resumed(next, joining);
    byte[] approving = approval(old, join.request()).save(olds);
    join.receive(approvalResumed(old, approving).offer());
    byte[] taken = join.save(nexts);
    byte[] reveal = resumed(next, taken).reveal();
    DeviceApproval approval = approvalResumed(old, approving);
    approval.receive(reveal);
    byte[] received = approval.save(olds);
    String shown = resumed(next, taken).fingerprint().toString();
    byte[] message = approvalResumed(old, received).approve(shown, Sample.umk()).message();
    join = resumed(next, taken);
    join.confirm(shown);
    DeviceJoin confirmed = resumed(next, join.save(nexts));
    assertArrayEquals(Sample.umkBytes(), confirmed.finish(message).umk().getEncoded());
    Refused.with(IllegalStateException.class, () -> confirmed.save(nexts));
  }

  @Test
  void savedStatesAreTheDevicesOwn() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.p256("old");
    DeviceJoin join = join(next);
    byte[] joining = join.save(nexts);
    DeviceApproval approval = approval(old, join.request());
    byte[] approving = approval.save(olds);
    Refused.with(AEADBadTagException.class, () -> resumed(Devices.p256("other"), joining));
    Refused.with(JoinRefusedException.class, () -> resumed(Devices.p256("new"), joining));
    Refused.with(JoinRefusedException.class, () -> approvalResumed(Devices.p256("old"), approving));
    join.receive(approval.offer());
    approval.receive(join.reveal());
    String shown = join.fingerprint().toString();
    Refused.with(JoinRefusedException.class, () -> approval.approve(shown, Sample.otherUmk()));
    Refused.with(IllegalStateException.class, () -> approval.approve(shown, Sample.umk()));
    byte[] wrongSide = approvalResumed(old, approving).save(nexts);
    Refused.with(AEADBadTagException.class, () -> resumed(next, wrongSide));
    for (int at = 0; at < joining.length; at += 7) {
      byte[] altered = joining.clone();
      altered[at] ^= 1;
      try {
        resumed(next, altered);
        throw new AssertionError("byte " + at + " does not matter");
      } catch (AEADBadTagException expected) {
        Refused.assertNoSecret(expected.toString());
      }
    }
  }

  /** Threat 2: a server that puts its own keys between the two shows two fingerprints. */
  @Test
  void aServerBetweenThemShowsOtherFingerprints() throws Exception {
    DeviceRegistry mallorys = new DeviceRegistry();
    DeviceJoin victim = join(Devices.p256("new"));
    DeviceJoin mallorysJoin = DeviceJoin.start(Devices.p256("new"), USER, mallorys);
    DeviceApproval honest = approval(Devices.p256("old"), mallorysJoin.request());
    DeviceApproval mallorysApproval =
        DeviceApproval.start(
            Devices.p256("old"), USER, Sample.otherUmk(), mallorys, victim.request());
    victim.receive(mallorysApproval.offer());
    mallorysApproval.receive(victim.reveal());
    mallorysJoin.receive(honest.offer());
    honest.receive(mallorysJoin.reveal());
    String atTheVictim = victim.fingerprint().toString();
    String atTheApprover = honest.fingerprint().toString();
    assertNotEquals(atTheVictim, atTheApprover);
    // [device-19] [device-22]
    Refused.with(JoinRefusedException.class, () -> honest.approve(atTheVictim, Sample.umk()));
    Refused.with(IllegalStateException.class, () -> honest.approve(atTheApprover, Sample.umk()));
    Refused.with(JoinRefusedException.class, () -> victim.confirm(atTheApprover));
    byte[] planted = mallorysApproval.approve(atTheVictim, Sample.otherUmk()).message();
    Refused.with(IllegalStateException.class, () -> victim.finish(planted));
    assertTrue(knownToOld.list().isEmpty());
    assertTrue(knownToNext.list().isEmpty());
  }

  /** A reveal that is right in everything, but not what its request has committed to. */
  private static byte[] reveal(
      DeviceIdentity as, byte[] request, byte[] offer, byte[] nonce, String userId) {
    JoinCore core = new JoinCore(Engine.jdk(), userId);
    byte[] hash = core.transcriptHash(request, offer, as.publicKeys(), nonce);
    byte[] signature = as.keys().signing().sign(JoinCore.revealSigned(hash));
    return new Reveal(core.hash(offer), nonce, signature, as.publicKeys()).encode();
  }

  /** [device-15] [device-17] Whoever could choose after the offer could choose the fingerprint. */
  @Test
  void aRevealOtherThanCommittedIsRefused() throws Exception {
    DeviceIdentity mallory = Devices.p256("new");
    JoinCore core = new JoinCore(Engine.jdk(), USER);
    byte[] nonce = new byte[32];
    byte[] committed = core.commitment(mallory.publicKeys(), nonce);
    byte[] request = new Request(committed).encode();
    DeviceIdentity old = Devices.p256("old");
    DeviceApproval approval = approval(old, request);
    byte[] saved = approval.save(olds);
    byte[] chosen = nonce.clone();
    chosen[0] = 1;
    for (byte[] wrong :
        List.of(
            reveal(mallory, request, approval.offer(), chosen, USER),
            reveal(Devices.p256("new"), request, approval.offer(), nonce, USER))) {
      assertEquals(
          "the reveal is not what the request committed to",
          Refused.with(JoinRefusedException.class, () -> approvalResumed(old, saved).receive(wrong))
              .getMessage());
    }
    approvalResumed(old, saved).receive(reveal(mallory, request, approval.offer(), nonce, USER));
    byte[] another = approval(old, request).offer();
    assertFalse(Arrays.equals(another, approval.offer()), "each offer has a nonce of its own");
    assertFalse(
        Arrays.equals(join(mallory).request(), join(mallory).request()), "so has each request");
  }

  /** [device-17] Keys that the new device does not hold. */
  @Test
  void aRevealSignedByAnotherIsRefused() throws Exception {
    DeviceIdentity victim = Devices.p256("new");
    DeviceIdentity mallory = Devices.p256("new");
    JoinCore core = new JoinCore(Engine.jdk(), USER);
    byte[] nonce = new byte[32];
    byte[] request = new Request(core.commitment(victim.publicKeys(), nonce)).encode();
    DeviceApproval approval = approval(Devices.p256("old"), request);
    byte[] hash = core.transcriptHash(request, approval.offer(), victim.publicKeys(), nonce);
    byte[] signature = mallory.keys().signing().sign(JoinCore.revealSigned(hash));
    byte[] wrong =
        new Reveal(core.hash(approval.offer()), nonce, signature, victim.publicKeys()).encode();
    assertEquals(
        "the new device does not hold the keys that it shows",
        Refused.with(JoinRefusedException.class, () -> approval.receive(wrong)).getMessage());
  }

  /** [device-14] Each message is taken at its one place, and for nothing else. */
  @Test
  void messagesOutOfPlaceAreRefused() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.x25519("old");
    DeviceJoin join = join(next);
    DeviceApproval approval = approval(old, join.request());
    byte[] joining = join.save(nexts);
    byte[] approving = approval.save(olds);
    byte[] request = join.request();
    byte[] offer = approval.offer();
    Refused.with(IllegalStateException.class, join::reveal);
    join.receive(offer);
    byte[] reveal = join.reveal();
    approval.receive(reveal);
    String shown = join.fingerprint().toString();
    byte[] taken = join.save(nexts);
    byte[] message = approval.approve(shown, Sample.umk()).message();
    for (byte[] wrong : List.of(request, reveal, message, new byte[0], new byte[6])) {
      Refused.with(MalformedMessageException.class, () -> resumed(next, joining).receive(wrong));
    }
    for (byte[] wrong : List.of(request, offer, message)) {
      Refused.with(
          MalformedMessageException.class, () -> approvalResumed(old, approving).receive(wrong));
    }
    for (byte[] wrong : List.of(offer, reveal, message)) {
      Refused.with(MalformedMessageException.class, () -> approval(old, wrong));
    }
    for (byte[] wrong : List.of(request, offer, reveal)) {
      DeviceJoin confirmed = resumed(next, taken);
      confirmed.confirm(shown);
      Refused.with(MalformedMessageException.class, () -> confirmed.finish(wrong));
      // [device-22]
      Refused.with(IllegalStateException.class, () -> confirmed.finish(message));
    }
    // [device-16] The same offer gives the same; a second one ends the handshake.
    DeviceJoin again = resumed(next, taken);
    again.receive(offer);
    assertEquals(shown, again.fingerprint().toString());
    assertTrue(again.hasOffer());
    byte[] second = approval(old, request).offer();
    Refused.with(JoinRefusedException.class, () -> again.receive(second));
    assertFalse(again.hasOffer());
    Refused.with(IllegalStateException.class, again::reveal);
    Refused.with(JoinRefusedException.class, () -> join.receive(second));
    DeviceApproval twice = approvalResumed(old, approving);
    Refused.with(MalformedMessageException.class, () -> twice.receive(offer));
    Refused.with(JoinRefusedException.class, () -> twice.receive(reveal));
    // [device-20]
    Refused.with(IllegalStateException.class, () -> resumed(next, taken).finish(message));
  }

  /** [device-18] */
  @Test
  void messagesOfOtherHandshakesAndOnesOwnAreRefused() throws Exception {
    DeviceIdentity old = Devices.p256("old");
    DeviceJoin first = join(Devices.p256("new"));
    DeviceApproval one = approval(old, first.request());
    DeviceApproval two = approval(old, first.request());
    DeviceJoin second = join(Devices.p256("new"));
    Refused.with(JoinRefusedException.class, () -> second.receive(one.offer()));
    first.receive(one.offer());
    byte[] toOne = first.reveal();
    Refused.with(JoinRefusedException.class, () -> two.receive(toOne));
    one.receive(toOne);
  }

  /** [device-18] A server that sends a device's own keys back to it, whole or in parts. */
  @Test
  void aDeviceDoesNotTalkToItself() throws Exception {
    DeviceIdentity old = Devices.p256("old");
    DevicePublicKeys k = old.publicKeys();
    DevicePublicKeys o = Devices.p256("new").publicKeys();
    List<DevicePublicKeys> mirrors =
        List.of(
            k,
            keys("old", o.agreementKey(), o.signingKey()),
            keys("new", k.agreementKey(), o.signingKey()),
            keys("new", o.agreementKey(), k.signingKey()),
            keys("new", k.signingKey(), o.signingKey()));
    for (DevicePublicKeys mirror : mirrors) {
      DeviceJoin join = DeviceJoin.start(old, USER, new DeviceRegistry());
      JoinCore core = new JoinCore(Engine.jdk(), USER);
      byte[] offer =
          new Offer(core.hash(join.request()), new byte[32], new byte[32], mirror).encode();
      assertEquals(
          "the offer comes from a device with this one's id or keys",
          Refused.with(JoinRefusedException.class, () -> join.receive(offer)).getMessage());
      byte[] nonce = new byte[32];
      byte[] request = new Request(core.commitment(mirror, nonce)).encode();
      DeviceApproval approval = approval(old, request);
      byte[] hash = core.transcriptHash(request, approval.offer(), mirror, nonce);
      byte[] signature = old.keys().signing().sign(JoinCore.revealSigned(hash));
      byte[] reveal = new Reveal(core.hash(approval.offer()), nonce, signature, mirror).encode();
      assertEquals(
          "the request comes from a device with this one's id or keys",
          Refused.with(JoinRefusedException.class, () -> approval.receive(reveal)).getMessage());
    }
  }

  private static DevicePublicKeys keys(String id, byte[] agreement, byte[] signing)
      throws Exception {
    return DevicePublicKeys.of(
        id, AgreementAlgorithm.P256, agreement, SigningAlgorithm.ECDSA_P256, signing);
  }

  /** [device-21] */
  @Test
  void anotherApprovalIsRefused() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.p256("old");
    DeviceJoin join = join(next);
    DeviceApproval approval = approval(old, join.request());
    join.receive(approval.offer());
    approval.receive(join.reveal());
    String shown = join.fingerprint().toString();
    join.confirm(shown);
    byte[] saved = join.save(nexts);
    byte[] right = approval.approve(shown, Sample.umk()).message();
    for (int at = 6; at < right.length; at++) {
      byte[] altered = right.clone();
      altered[at] ^= 1;
      DeviceJoin again = resumed(next, saved);
      Refused.with(JoinRefusedException.class, () -> again.finish(altered));
    }
    // An approval of the same two devices from another handshake.
    DeviceJoin earlier = join(next);
    DeviceApproval before = approval(old, earlier.request());
    earlier.receive(before.offer());
    before.receive(earlier.reveal());
    byte[] replayed = before.approve(earlier.fingerprint().toString(), Sample.umk()).message();
    DeviceJoin again = resumed(next, saved);
    Refused.with(JoinRefusedException.class, () -> again.finish(replayed));
    // The approver itself gives another UMK than it has offered.
    byte[] hash = Approval.parse(right).transcriptHash();
    byte[] wrap = DeviceWrap.wrap(Sample.otherUmk(), USER, next.publicKeys(), old);
    byte[] signature = old.keys().signing().sign(JoinCore.approvalSigned(hash, wrap));
    byte[] exchanged = new Approval(hash, signature, wrap).encode();
    DeviceJoin third = resumed(next, saved);
    assertEquals(
        "the approval holds another key than was offered",
        Refused.with(JoinRefusedException.class, () -> third.finish(exchanged)).getMessage());
    // [device-13]
    DeviceJoin late = resumed(next, saved);
    Refused.with(JoinRefusedException.class, () -> late.finish(right, 2));
    assertTrue(knownToNext.list().isEmpty(), "nobody is pinned by what was refused");
    UserMasterKey umk = resumed(next, saved).finish(right, 1).umk();
    assertArrayEquals(Sample.umkBytes(), umk.getEncoded());
  }

  @Test
  void anotherUsersHandshakeIsRefused() throws Exception {
    DeviceJoin join = DeviceJoin.start(Devices.p256("new"), "bob", knownToNext);
    DeviceApproval approval = approval(Devices.p256("old"), join.request());
    join.receive(approval.offer());
    byte[] reveal = join.reveal();
    Refused.with(JoinRefusedException.class, () -> approval.receive(reveal));
  }

  /**
   * [device-23] A device that was revoked, or one that takes a known one's id, comes in on neither
   * side.
   */
  @Test
  void whomTheRegistryDoesNotAdmitIsRefused() throws Exception {
    DeviceIdentity next = Devices.p256("new");
    DeviceIdentity old = Devices.p256("old");
    knownToOld.add(next.publicKeys());
    DeviceJoin join = join(next);
    DeviceApproval approval = approval(old, join.request());
    join.receive(approval.offer());
    byte[] reveal = join.reveal();
    byte[] saved = approval.save(olds);
    approval.receive(reveal);
    knownToOld.activate(next.publicKeys());
    approvalResumed(old, saved).receive(reveal);
    knownToOld.revoke("new");
    Refused.with(JoinRefusedException.class, () -> approvalResumed(old, saved).receive(reveal));
    knownToNext.add(Devices.p256("old").publicKeys());
    DeviceJoin other = join(next);
    byte[] offer = approval(old, other.request()).offer();
    Refused.with(JoinRefusedException.class, () -> other.receive(offer));
    assertEquals(State.REVOKED, knownToOld.find("new").orElseThrow().state());
  }

  @Test
  void fingerprintsAreReadAsPeopleWriteThem() throws Exception {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      DeviceJoin join = join(Devices.x25519("new"));
      join.receive(approval(Devices.x25519("old"), join.request()).offer());
      Fingerprint shown = join.fingerprint();
      String text = shown.toString();
      assertTrue(seen.add(text), "two alike");
      assertTrue(shown.matches(" " + text.replace('0', 'o').replace('1', 'l') + "\n"));
      assertTrue(shown.matches(text.replace('1', 'I').replace("-", "")));
      assertFalse(shown.matches(text.substring(1)));
      assertFalse(shown.matches(text + "0"));
      assertFalse(shown.matches(""));
      assertFalse(shown.matches("U" + text.substring(1)));
      assertFalse(shown.matches("\u00a0" + text));
      char other = text.charAt(0) == '2' ? '3' : '2';
      assertFalse(shown.matches(other + text.substring(1)));
    }
  }
}
