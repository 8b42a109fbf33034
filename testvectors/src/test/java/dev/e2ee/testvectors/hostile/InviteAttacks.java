package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static dev.e2ee.testvectors.hostile.KeyringAttacks.device;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteAcceptance;
import dev.e2ee.invite.InviteCode;
import dev.e2ee.invite.InviteRefusedException;
import dev.e2ee.invite.Pairing;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.KeyGenerator;

/** What a server tries that carries the messages of an invite. */
final class InviteAttacks implements Attacks {
  private static final String ABOUT = "invite";

  private final HostileServer server = new HostileServer();
  private final DeviceIdentity ann = device("ann");
  private final DeviceIdentity bob = device("bob");
  private final DeviceIdentity mallory = device("mallory");
  private final Envelope kept;

  InviteAttacks() throws Exception {
    kept =
        Envelope.with(
            KeyGenerator.getInstance("E2EE-UMK", new dev.e2ee.provider.E2eeProvider())
                .generateKey());
  }

  private static Invite invite(DeviceIdentity by) {
    return Invite.createInvite(by, Duration.ofMinutes(10));
  }

  private static InviteCode carried(Invite invite) throws Exception {
    try (InviteCode code = invite.code()) {
      return InviteCode.parse(code.text());
    }
  }

  private InviteAcceptance accepted(DeviceIdentity by, Invite invite) throws Exception {
    try (InviteCode code = carried(invite)) {
      InviteAcceptance acceptance = InviteAcceptance.acceptInvite(by, code);
      durable(acceptance.save(kept));
      return acceptance;
    }
  }

  /** As if it had gone to a disk. */
  private static void durable(byte[] saved) {
    assertTrue(saved.length > 0);
  }

  @Override
  public List<Attack> attacks() {
    return List.of(
        Attack.of(ABOUT, "reads every message for the data key", this::reads, 2, 16),
        Attack.of(ABOUT, "changes each byte of each message in turn", this::changes, 2, 3),
        Attack.of(ABOUT, "accepts the invite itself, by an invite of its own", this::accepts, 2),
        Attack.of(ABOUT, "answers in the inviter's place", this::answers, 2),
        Attack.of(ABOUT, "sends a device's own message back to it", this::reflects, 3),
        Attack.of(ABOUT, "gives one invite the messages of another", this::mixes, 3, 9),
        Attack.of(
            ABOUT, "replays the request of before, when the invite is used", this::replays, 10),
        Attack.of(ABOUT, "sends a message of a mebibyte", this::floods, 17));
  }

  private String reads() throws Exception {
    try (Invite invite = invite(ann);
        InviteAcceptance acceptance = accepted(bob, invite)) {
      byte[] request = acceptance.request();
      invite.receive(request, "collection 7".getBytes(UTF_8));
      durable(invite.save(kept));
      byte[] answer = invite.answer();
      acceptance.receive(answer);
      durable(acceptance.save(kept));
      byte[] confirmation = acceptance.confirmation();
      List.of(request, answer, confirmation).forEach(message -> server.put("mailbox", message));
      try (Pairing here = acceptance.pairing();
          Pairing there = invite.confirm(confirmation)) {
        assertTrue(here.dataKey().sameBytes(there.dataKey()));
        assertFalse(server.hasSeen(here.dataKey().copy()));
        assertFalse(server.hasSeen(here.payload()));
        assertFalse(server.hasSeen(bob.publicKeys().signingKey()));
        assertFalse(server.hasSeen(ann.publicKeys().signingKey()));
      }
    }
    return "neither data key, payload nor who met stands in any message";
  }

  private String changes() throws Exception {
    String last = "";
    try (Invite invite = invite(ann);
        InviteAcceptance acceptance = accepted(bob, invite)) {
      byte[] request = acceptance.request();
      for (int i = 0; i < request.length; i++) {
        byte[] changed = flipped(request, i);
        last = refused(GeneralSecurityException.class, () -> invite.receive(changed));
      }
      invite.receive(request);
      durable(invite.save(kept));
      byte[] answer = invite.answer();
      for (int i = 0; i < answer.length; i++) {
        byte[] changed = flipped(answer, i);
        last = refused(GeneralSecurityException.class, () -> acceptance.receive(changed));
      }
      acceptance.receive(answer);
      durable(acceptance.save(kept));
      byte[] confirmation = acceptance.confirmation();
      for (int i = 0; i < confirmation.length; i++) {
        byte[] changed = flipped(confirmation, i);
        last = refused(GeneralSecurityException.class, () -> invite.confirm(changed));
      }
      invite.confirm(confirmation).close(); // none of it has cost anything
    }
    return "each is refused, and the invite goes on; the last: " + last;
  }

  /** It has no code: it makes one up, and writes the id of the invite over that of its own. */
  private String accepts() throws Exception {
    try (Invite invite = invite(ann);
        Invite own = invite(mallory);
        InviteAcceptance acceptance = accepted(mallory, own)) {
      byte[] request = acceptance.request();
      System.arraycopy(invite.inviteId(), 0, request, 6, 16);
      return refused(InviteRefusedException.class, () -> invite.receive(request));
    }
  }

  private String answers() throws Exception {
    try (Invite invite = invite(ann);
        InviteAcceptance acceptance = accepted(bob, invite);
        Invite own = invite(mallory);
        InviteAcceptance dummy = accepted(bob, own)) {
      own.receive(dummy.request());
      durable(own.save(kept));
      byte[] answer = own.answer();
      System.arraycopy(invite.inviteId(), 0, answer, 6, 16);
      return refused(InviteRefusedException.class, () -> acceptance.receive(answer));
    }
  }

  private String reflects() throws Exception {
    try (Invite invite = invite(ann);
        InviteAcceptance acceptance = accepted(bob, invite)) {
      return refused(
          GeneralSecurityException.class, () -> acceptance.receive(acceptance.request()));
    }
  }

  private String mixes() throws Exception {
    try (Invite invite = invite(ann);
        Invite other = invite(ann);
        InviteAcceptance acceptance = accepted(bob, other)) {
      return refused(InviteRefusedException.class, () -> invite.receive(acceptance.request()));
    }
  }

  private String floods() throws Exception {
    try (Invite invite = invite(ann);
        InviteAcceptance acceptance = accepted(bob, invite)) {
      byte[] flood = Arrays.copyOf(acceptance.request(), 1 << 20);
      return refused(GeneralSecurityException.class, () -> invite.receive(flood));
    }
  }

  private String replays() throws Exception {
    try (Invite invite = invite(ann);
        InviteAcceptance acceptance = accepted(bob, invite)) {
      byte[] request = acceptance.request();
      invite.receive(request);
      durable(invite.save(kept));
      byte[] answer = invite.answer();
      invite.receive(request);
      durable(invite.save(kept));
      assertTrue(Arrays.equals(answer, invite.answer()));
    }
    return "the same request gets the same answer, and nothing new";
  }

  @Override
  public Map<Integer, String> notHere() {
    return Map.of(
        1, "nothing is wrapped at rest: each message is of one handshake, rows 2 and 3",
        6, "each message is opened under the one key of its handshake",
        8, "each message has a key of its own, and is sent again as the same bytes: row 10",
        15, "lengths of messages, and so of the payload, are seen: invite.md, section 1");
  }

  @Override
  public void close() {
    List.of(ann, bob, mallory).forEach(DeviceIdentity::close);
    kept.close();
  }
}
