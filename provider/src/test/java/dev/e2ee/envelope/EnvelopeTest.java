package dev.e2ee.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The typed API: seal, open, rewrap. */
class EnvelopeTest {
  private static final byte[] HELLO = Sample.plaintext(33);
  private static final byte[] AAD = {1, 2, 3};

  @EveryEngine
  void sealsAndOpens(TestEngine engine) throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(Sample.umk(), engine.provider())) {
      byte[] record = envelope.seal(HELLO, Sample.context());
      assertArrayEquals(HELLO, envelope.open(record, Sample.context()));
      assertArrayEquals(HELLO, engine.opening().doFinal(record));
      assertArrayEquals(HELLO, envelope.open(engine.sealing().doFinal(HELLO), Sample.context()));
      byte[] raw = envelope.seal(HELLO, AAD);
      assertArrayEquals(HELLO, ReferenceEnvelope.ofRaw(AAD).open(raw));
      assertArrayEquals(HELLO, envelope.open(raw, AAD));
      byte[] bare = envelope.seal(HELLO, new byte[0]);
      assertArrayEquals(HELLO, ReferenceEnvelope.ofNothing().open(bare));
      assertArrayEquals(HELLO, envelope.open(bare, new byte[0]));
      Refused.with(AEADBadTagException.class, () -> envelope.open(bare, AAD));
      Refused.with(AEADBadTagException.class, () -> envelope.open(raw, new byte[0]));
      Refused.with(AEADBadTagException.class, () -> envelope.open(raw, Sample.context()));
    }
  }

  @Test
  void takesARawAesKeyAndItsOwn() throws GeneralSecurityException {
    // [envelope-21]
    Envelope own = Envelope.with(Sample.umk());
    Envelope aes = Envelope.with(new SecretKeySpec(Sample.umkBytes(), "AES"));
    byte[] record = aes.seal(HELLO, Sample.context());
    assertArrayEquals(HELLO, own.open(record, Sample.context()));
    assertEquals(1, Envelope.inspect(record).generation());
  }

  @Test
  void limits() throws GeneralSecurityException {
    // [envelope-28] [envelope-16]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Envelope envelope = Envelope.with(key).withSuite(Suite.AES_256_GCM);
    byte[] tooLong = new byte[(16 << 20) + 1];
    Refused.with(IllegalArgumentException.class, () -> envelope.seal(tooLong, Sample.context()));
    Refused.with(IllegalArgumentException.class, () -> envelope.seal(HELLO, new byte[8184]));
    Refused.with(IllegalArgumentException.class, () -> envelope.open(HELLO, new byte[8184]));
    assertEquals(0, key.wraps());
    assertEquals(184, envelope.seal(HELLO, new byte[8183]).length);
    byte[] most = Arrays.copyOf(tooLong, 16 << 20);
    byte[] record = envelope.seal(most, Sample.context());
    assertArrayEquals(most, envelope.open(record, Sample.context()));
  }

  @EveryEngine
  void rewrapKeepsTheBody(TestEngine engine) throws GeneralSecurityException {
    // [envelope-33]
    Envelope from = Envelope.with(Sample.umk(), engine.provider());
    Envelope to = Envelope.with(Sample.otherUmk(), engine.provider());
    byte[] old = from.seal(HELLO, Sample.context());
    byte[] moved = from.rewrap(old, Sample.otherUmk(), Sample.context());
    assertArrayEquals(body(old), body(moved));
    assertFalse(Arrays.equals(Arrays.copyOf(old, 123), Arrays.copyOf(moved, 123)));
    assertArrayEquals(HELLO, to.open(moved, Sample.context()));
    Refused.with(WrongKeyException.class, () -> from.open(moved, Sample.context()));
    assertArrayEquals(ReferenceEnvelope.of(Sample.context()).dekOf(old), other().dekOf(moved));
    byte[] again = from.rewrap(old, Sample.umk(), Sample.context());
    assertFalse(Arrays.equals(old, again), "a fresh nonce for the wrap");
    assertArrayEquals(HELLO, from.open(again, Sample.context()));
    byte[] raw = from.rewrap(from.seal(HELLO, AAD), Sample.otherUmk(), AAD);
    assertArrayEquals(HELLO, to.open(raw, AAD));
  }

  private static ReferenceEnvelope other() {
    ReferenceEnvelope other = ReferenceEnvelope.of(Sample.context());
    other.umk = Sample.otherUmk().getEncoded();
    return other;
  }

  private static byte[] body(byte[] envelope) {
    return Arrays.copyOfRange(envelope, 123, envelope.length);
  }

  @Test
  void rewrapVerifiesBeforeItWraps() throws GeneralSecurityException {
    // [envelope-33]
    MemoryCustodyKey target = MemoryCustodyKey.umk();
    Envelope from = Envelope.with(Sample.umk());
    byte[] good = from.seal(HELLO, Sample.context());
    for (int index : new int[] {7, 31, 60, 90, 91, 122}) {
      byte[] bad = good.clone();
      bad[index] ^= 1;
      Refused.with(AEADBadTagException.class, () -> from.rewrap(bad, target, Sample.context()));
    }
    Refused.with(
        AEADBadTagException.class,
        () -> from.rewrap(good, target, Sample.context().withTenant("t")));
    Refused.with(AEADBadTagException.class, () -> from.rewrap(good, target, AAD));
    assertEquals(0, target.wraps());
    byte[] alteredBody = good.clone();
    alteredBody[good.length - 1] ^= 1;
    byte[] moved = from.rewrap(alteredBody, target, Sample.context());
    assertArrayEquals(body(alteredBody), body(moved));
    Envelope to = Envelope.with(target);
    Refused.with(AEADBadTagException.class, () -> to.open(moved, Sample.context()));
  }

  @Test
  void rewrapRefusesAGenerationBelowTheMinimum() throws GeneralSecurityException {
    // [envelope-24]
    Envelope from = Envelope.with(Sample.umk());
    byte[] old = from.seal(HELLO, Sample.context());
    MemoryCustodyKey target = MemoryCustodyKey.umk();
    Envelope careful = from.withMinimumGeneration(2);
    Refused.with(WrongKeyException.class, () -> careful.rewrap(old, target, Sample.context()));
    Refused.with(
        WrongKeyException.class, () -> careful.rewrapHeader(old, target, Sample.context()));
    assertEquals(0, target.wraps());
  }

  @Test
  void rewrapRefusesTheBodyOfAnotherEnvelope() throws GeneralSecurityException {
    // [envelope-33]
    Envelope from = Envelope.with(Sample.umk()).withSuite(Suite.AES_256_GCM_CHUNKED);
    byte[] first = from.seal(HELLO, Sample.context());
    byte[] second = from.seal(HELLO, Sample.context());
    byte[] mixed = second.clone();
    System.arraycopy(first, 0, mixed, 0, 123);
    MemoryCustodyKey target = MemoryCustodyKey.umk();
    Refused.with(AEADBadTagException.class, () -> from.rewrap(mixed, target, Sample.context()));
    byte[] start = Arrays.copyOf(mixed, 179);
    Refused.with(
        AEADBadTagException.class, () -> from.rewrapHeader(start, target, Sample.context()));
    assertEquals(0, target.wraps());
    byte[] headOnly = Arrays.copyOf(first, 123);
    assertEquals(123, from.rewrapHeader(headOnly, target, Sample.context()).length);
  }

  @Test
  void closingEndsIt() throws GeneralSecurityException {
    Envelope envelope = Envelope.with(Sample.umk());
    byte[] record = envelope.seal(HELLO, Sample.context());
    envelope.close();
    envelope.close();
    Refused.with(IllegalStateException.class, () -> envelope.seal(HELLO, Sample.context()));
    Refused.with(IllegalStateException.class, () -> envelope.open(record, Sample.context()));
    Refused.with(
        IllegalStateException.class, () -> envelope.rewrap(record, Sample.umk(), Sample.context()));
  }

  @EveryEngine
  void neverTwiceTheSame(TestEngine engine) throws GeneralSecurityException {
    // [envelope-27]
    Envelope envelope = Envelope.with(Sample.umk(), engine.provider());
    byte[] first = envelope.seal(HELLO, Sample.context());
    byte[] second = envelope.seal(HELLO, Sample.context());
    for (int[] part : new int[][] {{31, 43}, {43, 91}, {91, 123}, {123, 135}, {135, 184}}) {
      assertFalse(
          Arrays.equals(first, part[0], part[1], second, part[0], part[1]),
          () -> "equal from byte " + part[0]);
    }
  }

  @Test
  void cipherAndTypedApiShareTheKeyId() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new dev.e2ee.provider.E2eeProvider());
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk());
    byte[] byCipher = cipher.doFinal(HELLO);
    byte[] byEnvelope = Envelope.with(Sample.umk()).seal(HELLO, new byte[0]);
    assertEquals(Envelope.inspect(byCipher), Envelope.inspect(byEnvelope));
  }
}
