package dev.e2ee.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteAcceptance;
import dev.e2ee.invite.InviteCode;
import dev.e2ee.invite.Pairing;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;

/** Two people meet by an invite and share a collection; one of them goes, and a server meddles. */
final class GroupDemonstration {
  private static final String COLLECTION = "family";
  private static final String TEXT = "{\"text\":\"The key is under the mat\"}";

  private final Story story;
  private final Path directory;

  /**
   * Tells it here.
   *
   * @param directory for what each of them trusts
   */
  GroupDemonstration(Story story, Path directory) {
    this.story = story;
    this.directory = directory;
  }

  /** All steps, with a key under which each device keeps what is its own. */
  void run(Envelope own) throws IOException, GeneralSecurityException {
    try (DeviceIdentity ann = device("ann's laptop");
        DeviceIdentity bob = device("bob's phone")) {
      DevicePublicKeys met = meet(ann, bob, own);
      share(ann, bob, met);
    }
  }

  private static DeviceIdentity device(String id) {
    return DeviceIdentity.generate(id, AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
  }

  /** What ann's device knows of bob's afterwards. */
  private DevicePublicKeys meet(DeviceIdentity ann, DeviceIdentity bob, Envelope own)
      throws GeneralSecurityException {
    story.step("Bob, another user, meets Ann by the code of an invite");
    try (Invite invite = Invite.createInvite(ann, Duration.ofHours(1));
        InviteCode shown = invite.code();
        InviteCode typed = InviteCode.parse(shown.text());
        InviteAcceptance acceptance = InviteAcceptance.acceptInvite(bob, typed)) {
      story.say("the code that Ann reads to Bob: " + new String(shown.text()));
      int kept = acceptance.save(own).length;
      byte[] request = acceptance.request();
      byte[] altered = request.clone();
      altered[altered.length - 1] ^= 1;
      String answer = "";
      try {
        invite.receive(altered);
      } catch (GeneralSecurityException e) {
        answer = String.valueOf(e.getMessage());
      }
      story.insist(!answer.isEmpty(), "that what a server altered is refused");
      story.say("a request that a server has altered: " + answer);
      invite.receive(request);
      kept += invite.save(own).length;
      acceptance.receive(invite.answer());
      kept += acceptance.save(own).length;
      try (Pairing bobs = acceptance.pairing();
          Pairing anns = invite.confirm(acceptance.confirmation())) {
        story.insist(bobs.dataKey().sameBytes(anns.dataKey()), "that both have one key");
        story.say(
            "three messages over the server, "
                + kept
                + " bytes kept sealed meanwhile: each has the other's keys, and both have one key");
        return anns.peer();
      }
    }
  }

  private void share(DeviceIdentity ann, DeviceIdentity bob, DevicePublicKeys met)
      throws IOException, GeneralSecurityException {
    story.step("Ann shares a collection with Bob, and then no more");
    TrustStore anns = FileTrustStore.at(directory.resolve("trust-ann"));
    TrustStore bobs = FileTrustStore.at(directory.resolve("trust-bob"));
    bobs.pin(COLLECTION, Signer.of(ann.publicKeys()));
    byte[] withBob;
    try (KeyringChange created = Keyring.create(COLLECTION, ann, anns);
        Keyring alone = created.published();
        KeyringChange added = alone.add(Recipient.of(met))) {
      withBob = added.document();
      try (Keyring both = added.published();
          Keyring read = Keyring.open(withBob, COLLECTION, bob, bobs)) {
        byte[] sealed = both.cipher().sealDocument(TEXT.getBytes(UTF_8));
        story.say("the keyring for the server: " + withBob.length + " bytes of JSON");
        story.say("Bob reads: " + new String(read.cipher().openDocument(sealed), UTF_8));
        remove(both, met, ann, bob, bobs, anns, withBob);
      }
    }
  }

  private void remove(
      Keyring both,
      DevicePublicKeys met,
      DeviceIdentity ann,
      DeviceIdentity bob,
      TrustStore bobs,
      TrustStore anns,
      byte[] withBob)
      throws IOException, GeneralSecurityException {
    try (KeyringChange removed = both.remove(Recipient.of(met));
        Keyring after = removed.published()) {
      String told = "";
      try {
        Keyring.open(removed.document(), COLLECTION, bob, bobs).close();
      } catch (NoEpochKeyException e) {
        told = String.valueOf(e.getMessage());
      }
      story.insist(!told.isEmpty(), "that Bob is out of epoch " + after.epoch());
      story.say("epoch " + after.epoch() + " has a new key; Bob is told: " + told);
      String refused = "";
      try {
        Keyring.open(withBob, COLLECTION, ann, anns).close();
      } catch (KeyringRefusedException e) {
        refused = String.valueOf(e.getMessage());
      }
      story.insist(!refused.isEmpty(), "that the old keyring is refused");
      story.say("a server gives Ann the old keyring: " + refused);
    }
  }
}
