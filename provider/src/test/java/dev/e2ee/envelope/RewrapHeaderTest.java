package dev.e2ee.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** [envelope-33] A re-wrap of an envelope that nobody can hold: a new header for the old body. */
class RewrapHeaderTest {
  private static final int HEADER = 123;
  private static final byte[] LONG = Sample.plaintext(100_000);
  private static final byte[] AAD = {1, 2, 3};

  private static Envelope from(TestEngine engine) throws InvalidKeyException {
    return Envelope.with(Sample.umk(), engine.provider());
  }

  private static byte[] joined(byte[] header, byte[] envelope) {
    return ReferenceEnvelope.concat(header, Arrays.copyOfRange(envelope, HEADER, envelope.length));
  }

  private static ReferenceEnvelope reference(byte[] umk, int suite) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    reference.umk = umk;
    reference.keyId = ReferenceEnvelope.keyId(umk);
    reference.suite = suite;
    return reference;
  }

  @EveryEngine
  void isTheHeadOfARewrap(TestEngine engine) throws GeneralSecurityException {
    byte[] otherUmk = Sample.otherUmk().getEncoded();
    for (Suite suite : Suite.values()) {
      byte[] envelope = from(engine).withSuite(suite).seal(LONG, Sample.context());
      byte[] start = Arrays.copyOf(envelope, HEADER);
      byte[] header = from(engine).rewrapHeader(start, Sample.otherUmk(), Sample.context());
      assertEquals(HEADER, header.length);
      byte[] whole = from(engine).rewrap(envelope, Sample.otherUmk(), Sample.context());
      // All but the wrap, which has a fresh nonce, and the commitment over it.
      assertArrayEquals(Arrays.copyOf(whole, 31), Arrays.copyOf(header, 31));
      assertFalse(Arrays.equals(whole, 31, HEADER, header, 31, HEADER));
      assertArrayEquals(Arrays.copyOf(envelope, 8), Arrays.copyOf(header, 8));
      ReferenceEnvelope other = reference(otherUmk, suite.number());
      for (byte[] moved : new byte[][] {whole, joined(header, envelope)}) {
        assertArrayEquals(LONG, other.open(moved));
        Envelope to = Envelope.with(Sample.otherUmk(), engine.provider());
        assertArrayEquals(LONG, to.open(moved, Sample.context()));
        Refused.with(WrongKeyException.class, () -> from(engine).open(moved, Sample.context()));
      }
      assertArrayEquals(reference(Sample.umkBytes(), 1).dekOf(envelope), other.dekOf(header));
    }
  }

  @Test
  void takesAnyBytesBehindTheHeader() throws GeneralSecurityException {
    Envelope from = Envelope.with(Sample.umk());
    Envelope to = Envelope.with(Sample.otherUmk());
    byte[] envelope = from.seal(LONG, AAD);
    for (int length : new int[] {HEADER, HEADER + 1, 195, 4096, envelope.length}) {
      byte[] start = Arrays.copyOf(envelope, length);
      byte[] header = from.rewrapHeader(start, Sample.otherUmk(), AAD);
      assertArrayEquals(Arrays.copyOf(envelope, length), start, "the caller's array");
      assertArrayEquals(LONG, to.open(joined(header, envelope), AAD));
    }
    for (int length = 0; length < HEADER; length++) {
      byte[] cut = Arrays.copyOf(envelope, length);
      Refused.with(
          MalformedEnvelopeException.class, () -> from.rewrapHeader(cut, Sample.otherUmk(), AAD));
    }
  }

  @Test
  void wrapsNothingThatIsNotVerified() throws GeneralSecurityException {
    MemoryCustodyKey target = MemoryCustodyKey.umk();
    Envelope from = Envelope.with(Sample.umk()).withSuite(Suite.AES_256_GCM_CHUNKED);
    byte[] start = Arrays.copyOf(from.seal(LONG, Sample.context()), HEADER);
    for (int index : new int[] {7, 31, 60, 90, 91, 122}) {
      byte[] bad = start.clone();
      bad[index] ^= 1;
      Refused.with(
          AEADBadTagException.class, () -> from.rewrapHeader(bad, target, Sample.context()));
    }
    byte[] otherSuite = start.clone();
    otherSuite[5] = 1;
    Refused.with(
        AEADBadTagException.class, () -> from.rewrapHeader(otherSuite, target, Sample.context()));
    RecordContext otherContext = Sample.context().withRevision(1);
    Refused.with(AEADBadTagException.class, () -> from.rewrapHeader(start, target, otherContext));
    Refused.with(AEADBadTagException.class, () -> from.rewrapHeader(start, target, AAD));
    Refused.with(
        WrongKeyException.class,
        () -> Envelope.with(target).rewrapHeader(start, target, Sample.context()));
    assertEquals(0, target.wraps());
    assertEquals(0, target.unwraps());
    from.rewrapHeader(start, target, Sample.context());
    assertEquals(1, target.wraps());
  }

  /** Wrap, commitment, and in the body salt and commitment. */
  @Test
  void doesNotTellWhichStepFailed() throws GeneralSecurityException {
    // [envelope-29]
    Envelope from = Envelope.with(Sample.umk()).withSuite(Suite.AES_256_GCM_CHUNKED);
    byte[] envelope = from.seal(LONG, Sample.context());
    for (int index : new int[] {31, 60, 91, 123, 147, 178}) {
      byte[] bad = envelope.clone();
      bad[index] ^= 1;
      Throwable opened =
          Refused.with(AEADBadTagException.class, () -> from.open(bad, Sample.context()));
      Throwable rewrapped =
          Refused.with(
              AEADBadTagException.class,
              () -> from.rewrap(bad, Sample.otherUmk(), Sample.context()));
      assertEquals(opened.getMessage(), rewrapped.getMessage());
      assertNull(rewrapped.getCause());
    }
  }

  @Test
  void aBodyThatIsAlteredIsNoticedWhenItIsOpened() throws GeneralSecurityException {
    Envelope from = Envelope.with(Sample.umk());
    byte[] bad = from.seal(LONG, Sample.context());
    bad[bad.length - 1] ^= 1;
    byte[] moved = joined(from.rewrapHeader(bad, Sample.otherUmk(), Sample.context()), bad);
    Refused.with(
        AEADBadTagException.class,
        () -> Envelope.with(Sample.otherUmk()).open(moved, Sample.context()));
    byte[] whole = from.rewrap(bad, Sample.otherUmk(), Sample.context());
    Refused.with(
        AEADBadTagException.class,
        () -> Envelope.with(Sample.otherUmk()).open(whole, Sample.context()));
  }

  @Test
  void everyDekIsWiped() throws GeneralSecurityException {
    // [envelope-32]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    MemoryCustodyKey next = key.rotate();
    Envelope envelope = Envelope.with(key);
    byte[] start = Arrays.copyOf(envelope.seal(LONG, Sample.context()), HEADER);
    byte[] header = envelope.rewrapHeader(start, next, Sample.context());
    assertEquals(2, Envelope.inspect(header, Sample.chunkedLength(LONG.length)).generation());
    assertEquals(3, key.deks().size());
    for (SecretBytes dek : key.deks()) {
      Refused.with(IllegalStateException.class, dek::copy);
    }
    assertEquals(
        Envelope.inspect(header, Sample.chunkedLength(LONG.length)).plaintextLength(), LONG.length);
  }
}
