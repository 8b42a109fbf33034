package dev.e2ee.cli.demo;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceApproval;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DeviceJoin;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.JoinRefusedException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.recovery.InvalidRecoveryCodeException;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.recovery.RecoveryWrap;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyDescription;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** A second device that joins, a server that puts itself between, and a recovery from paper. */
final class DeviceDemonstration {
  private static final String USER = "ann";
  private static final RecordContext CONTEXT = RecordContext.of(USER, "note", "from the laptop");
  private static final String TEXT = "Sealed on the laptop";

  private final Story story;
  private final boolean profile;

  /**
   * Tells it here.
   *
   * @param profile whether this is the FIPS profile, where a recovery code has no cost
   */
  DeviceDemonstration(Story story, boolean profile) {
    this.story = story;
    this.profile = profile;
  }

  /** All steps, with the key that is in use. */
  void run(KeyFile keys, KeyDescription key) throws GeneralSecurityException {
    try (UserMasterKey umk = taken(keys, key);
        DeviceIdentity laptop = device("laptop");
        DeviceIdentity phone = device("phone")) {
      byte[] sealed;
      try (Envelope envelope = Envelope.with(umk)) {
        sealed = envelope.seal(TEXT.getBytes(StandardCharsets.UTF_8), CONTEXT);
      }
      join(umk, laptop, phone, sealed);
      serverBetween(umk, laptop, phone);
      recover(umk, sealed);
    }
  }

  private static UserMasterKey taken(KeyFile keys, KeyDescription key) {
    try (SecretBytes secret = keys.export(key.id(), "demonstration of devices")) {
      return UserMasterKey.of(secret, key.id(), key.generation());
    }
  }

  private static DeviceIdentity device(String id) {
    return DeviceIdentity.generate(id, AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
  }

  private void join(UserMasterKey umk, DeviceIdentity laptop, DeviceIdentity phone, byte[] sealed)
      throws GeneralSecurityException {
    story.step("A second device joins: the phone asks, the laptop approves");
    DeviceJoin join = DeviceJoin.start(phone, USER, new DeviceRegistry());
    story.say("the phone's request, " + join.request().length + " bytes, says only that it asks");
    DeviceApproval approval =
        DeviceApproval.start(laptop, USER, umk, new DeviceRegistry(), join.request());
    join.receive(approval.offer());
    approval.receive(join.reveal());
    String onTheLaptop = approval.fingerprint().toString();
    String onThePhone = join.fingerprint().toString();
    story.say("the laptop shows " + onTheLaptop);
    story.say("the phone shows  " + onThePhone);
    story.insist(onTheLaptop.equals(onThePhone), "that both show the same");
    byte[] message = approval.approve(onThePhone, umk).message();
    join.confirm(onTheLaptop);
    try (UserMasterKey arrived = join.finish(message).umk()) {
      story.say("a person says that they are the same; " + message.length + " bytes bring the key");
      story.say("the phone opens a note of the laptop's: \"" + opened(arrived, sealed) + "\"");
    }
  }

  private static String opened(UserMasterKey umk, byte[] sealed) throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(umk)) {
      return new String(envelope.open(sealed, CONTEXT), StandardCharsets.UTF_8);
    }
  }

  private void serverBetween(UserMasterKey umk, DeviceIdentity laptop, DeviceIdentity phone)
      throws GeneralSecurityException {
    story.step("A server puts its own keys between the two");
    try (DeviceIdentity asPhone = device("phone");
        DeviceIdentity asLaptop = device("laptop");
        UserMasterKey anyKey = UserMasterKey.of(new byte[UserMasterKey.LENGTH])) {
      DeviceRegistry known = new DeviceRegistry();
      DeviceJoin victim = DeviceJoin.start(phone, USER, known);
      DeviceJoin toTheLaptop = DeviceJoin.start(asPhone, USER, known);
      DeviceApproval toThePhone =
          DeviceApproval.start(asLaptop, USER, anyKey, known, victim.request());
      DeviceApproval honest = DeviceApproval.start(laptop, USER, umk, known, toTheLaptop.request());
      victim.receive(toThePhone.offer());
      toThePhone.receive(victim.reveal());
      toTheLaptop.receive(honest.offer());
      honest.receive(toTheLaptop.reveal());
      String onThePhone = victim.fingerprint().toString();
      story.say("the laptop shows " + honest.fingerprint());
      story.say("the phone shows  " + onThePhone);
      String answer = "";
      try {
        honest.approve(onThePhone, umk);
      } catch (JoinRefusedException e) {
        answer = String.valueOf(e.getMessage());
      }
      story.insist(!answer.isEmpty(), "that the laptop refuses");
      story.say("refused: " + answer);
    }
  }

  private void recover(UserMasterKey umk, byte[] sealed) throws GeneralSecurityException {
    story.step("Every device is lost; the key comes back from a code on paper");
    try (RecoveryCode code = RecoveryCode.generate()) {
      RecoveryWrap wraps = RecoveryWrap.of(USER);
      byte[] wrap =
          profile
              ? wraps.wrapWithoutCost(umk, code, 1)
              : wraps.wrap(umk, code, 1, Argon2Cost.DEFAULT);
      char[] paper = code.text();
      story.say("on paper: " + new String(paper));
      story.say("with the server: " + wrap.length + " bytes, useless without the paper");
      char[] mistyped = paper.clone();
      mistyped[0] = mistyped[0] == '7' ? '8' : '7';
      String answer = "";
      try {
        RecoveryCode.parse(mistyped).close();
      } catch (InvalidRecoveryCodeException e) {
        answer = String.valueOf(e.getMessage());
      }
      story.insist(!answer.isEmpty(), "that a typing error is told");
      story.say("typed with one wrong character: " + answer);
      try (RecoveryCode typed = RecoveryCode.parse(paper);
          UserMasterKey back = wraps.unwrap(wrap, typed, 1)) {
        story.say("typed right, the note opens: \"" + opened(back, sealed) + "\"");
      }
    }
  }
}
