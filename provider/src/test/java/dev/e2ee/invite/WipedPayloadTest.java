package dev.e2ee.invite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.device.SigningKey;
import dev.e2ee.internal.invite.InviteExchange;
import dev.e2ee.internal.invite.InviteExchange.Agreed;
import dev.e2ee.internal.invite.InviteSecret;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.testing.RecordingEngine;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is inside the messages of an invite is in no array when the work is done or has failed: the
 * inviter may send a key along.
 */
@Tag("no-engine")
class WipedPayloadTest {
  private static final byte[] PAYLOAD = Meeting.PAYLOAD;

  private final RecordingEngine recording = new RecordingEngine();
  private final InviteSecret secret = InviteSecret.of(new byte[InviteSecret.LENGTH]);
  private final InviteExchange exchange = new InviteExchange(Engine.of(recording), secret);
  private final CurveKeyPair a = exchange.ephemeral();
  private final CurveKeyPair i = exchange.ephemeral();
  private final List<byte[]> signed = new ArrayList<>();
  private DeviceIdentity laptop;
  private DeviceIdentity phone;
  private byte[] request;

  @BeforeEach
  void ask() throws GeneralSecurityException {
    laptop = identity("laptop");
    phone = identity("phone");
    request = exchange.request(a, phone.publicKeys(), phone.keys().signing());
  }

  private static DeviceIdentity identity(String id) throws GeneralSecurityException {
    return DeviceIdentity.generate(id, AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
  }

  @AfterEach
  void close() {
    laptop.close();
    phone.close();
    a.close();
    i.close();
    exchange.close();
    secret.close();
  }

  /** A key that keeps the array that it is given. */
  private final class Watching implements SigningKey {
    private final SigningKey real;
    private final boolean broken;

    Watching(DeviceIdentity device, boolean broken) {
      this.real = device.keys().signing();
      this.broken = broken;
    }

    @Override
    public SigningAlgorithm algorithm() {
      return real.algorithm();
    }

    @Override
    public byte[] publicKey() {
      return real.publicKey();
    }

    @Override
    public byte[] sign(byte[] message) {
      signed.add(message);
      if (broken) {
        throw new IllegalStateException("a token that was pulled out");
      }
      return real.sign(message);
    }
  }

  private byte[] answer(SigningKey key, byte[] payload) throws GeneralSecurityException {
    return exchange.answer(request, i, laptop.publicKeys(), key, payload);
  }

  /** As many messages, none of which is there any more. */
  private void assertWiped(int messages, int signatures) {
    assertEquals(messages, recording.plain().size());
    assertEquals(signatures, signed.size());
    List<byte[]> all = new ArrayList<>(recording.plain());
    all.addAll(signed);
    for (byte[] one : all) {
      assertTrue(one.length > PAYLOAD.length);
      assertArrayEquals(new byte[one.length], one);
    }
  }

  @Test
  void nothingIsLeftWhenAllIsRight() throws GeneralSecurityException {
    byte[] given = PAYLOAD.clone();
    byte[] answer = answer(new Watching(laptop, false), given);
    assertArrayEquals(PAYLOAD, given, "it stays the caller's");
    List<SecretBytes> payloads = new ArrayList<>();
    try (Agreed here = exchange.agreedByAccepter(request, answer, a);
        Agreed there = exchange.agreedByInviter(request, answer, i)) {
      for (Agreed agreed : List.of(here, there)) {
        assertArrayEquals(PAYLOAD, agreed.payload().copy());
        payloads.add(agreed.payload());
      }
    }
    for (SecretBytes payload : payloads) {
      assertThrows(IllegalStateException.class, payload::copy);
    }
    assertWiped(7, 1); // request and answer: sealed once; opened by answer, accepter and inviter
  }

  @Test
  void nothingIsLeftWhenTheSigningKeyFails() {
    SigningKey broken = new Watching(laptop, true);
    assertThrows(IllegalStateException.class, () -> answer(broken, PAYLOAD));
    assertWiped(2, 1);
  }

  @Test
  void nothingIsLeftOfAnAnswerThatIsRefused() throws GeneralSecurityException {
    byte[] others = answer(new Watching(phone, false), PAYLOAD);
    assertThrows(
        InviteRefusedException.class, () -> exchange.agreedByAccepter(request, others, a).close());
    byte[] altered = others.clone();
    altered[altered.length - 1] ^= 1;
    assertThrows(
        InviteRefusedException.class, () -> exchange.agreedByAccepter(request, altered, a).close());
    assertWiped(7, 1);
  }

  @Test
  void nothingIsLeftOfAnAnswerThatIsMalformed() throws GeneralSecurityException {
    byte[] tooLong = answer(new Watching(laptop, false), new byte[16_385]);
    assertThrows(
        MalformedMessageException.class,
        () -> exchange.agreedByAccepter(request, tooLong, a).close());
    assertWiped(5, 1);
  }

  @Test
  void aPairingKeepsItUntilItIsClosed() throws GeneralSecurityException {
    byte[] answer = answer(new Watching(laptop, false), PAYLOAD);
    Pairing pairing;
    try (Agreed agreed = exchange.agreedByAccepter(request, answer, a)) {
      pairing = Pairing.with(agreed.inviter(), agreed);
    }
    assertArrayEquals(PAYLOAD, pairing.payload());
    pairing.close();
    assertThrows(IllegalStateException.class, pairing::payload);
  }
}
