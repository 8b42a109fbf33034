package dev.e2ee.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** Envelopes under a UMK that stays in custody. */
class CustodyEnvelopeTest {
  private static final byte[] HELLO = Sample.plaintext(33);

  private static ReferenceEnvelope reference(MemoryCustodyKey key) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    reference.umk = key.umkBytes();
    reference.keyId = key.id().toBytes();
    reference.generation = key.description().generation();
    return reference;
  }

  @EveryEngine
  void hasTheIdAndGenerationOfItsCustody(TestEngine engine) throws GeneralSecurityException {
    // [envelope-22]
    MemoryCustodyKey first = MemoryCustodyKey.umk();
    MemoryCustodyKey second = first.rotate();
    for (MemoryCustodyKey key : new MemoryCustodyKey[] {first, second}) {
      byte[] envelope = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec()).doFinal(HELLO);
      assertArrayEquals(HELLO, reference(key).open(envelope));
      Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
      assertArrayEquals(Sample.plaintext(20), opening.doFinal(reference(key).seal()));
    }
  }

  @Test
  void aCustodyCannotChangeTheContextThatIsUsedAgain() throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    RecordContext context = Sample.context();
    try (Envelope envelope = Envelope.with(key)) {
      for (int i = 0; i < 3; i++) {
        byte[] sealed = envelope.seal(HELLO, context);
        assertArrayEquals(HELLO, envelope.open(sealed, context));
        assertArrayEquals(HELLO, reference(key).open(sealed));
      }
    }
  }

  @EveryEngine
  void theHeaderChoosesTheGeneration(TestEngine engine) throws GeneralSecurityException {
    // [envelope-23]
    MemoryCustodyKey first = MemoryCustodyKey.umk();
    byte[] envelope = engine.cipher(Cipher.ENCRYPT_MODE, first, Sample.spec()).doFinal(HELLO);
    MemoryCustodyKey second = first.rotate();
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, second, Sample.spec());
    assertArrayEquals(HELLO, opening.doFinal(envelope));
    assertEquals(1, first.unwraps());
    ReferenceEnvelope lie = reference(first);
    lie.generation = 2;
    Refused.with(WrongKeyException.class, () -> opening.doFinal(lie.seal()));
    Cipher stranger = engine.cipher(Cipher.DECRYPT_MODE, MemoryCustodyKey.umk(), Sample.spec());
    Refused.with(WrongKeyException.class, () -> stranger.doFinal(envelope));
    assertEquals(1, first.unwraps(), "no key was tried");
  }

  @EveryEngine
  void theMinimumGenerationIsKept(TestEngine engine) throws GeneralSecurityException {
    // [envelope-24]
    MemoryCustodyKey first = MemoryCustodyKey.umk();
    byte[] old = reference(first).seal();
    MemoryCustodyKey second = first.rotate();
    EnvelopeParameterSpec atLeastTwo = Sample.spec().withMinimumGeneration(2);
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, second, atLeastTwo);
    assertEquals(20, opening.doFinal(reference(second).seal()).length);
    Refused.with(WrongKeyException.class, () -> opening.doFinal(old));
    assertEquals(1, first.unwraps(), "refused before it unwraps");
    Cipher most =
        engine.cipher(
            Cipher.DECRYPT_MODE, second, Sample.spec().withMinimumGeneration(Integer.MAX_VALUE));
    Refused.with(WrongKeyException.class, () -> most.doFinal(old));
  }

  @EveryEngine
  void theFlagIsComparedBeforeTheUnwrap(TestEngine engine) throws GeneralSecurityException {
    // [envelope-18]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    ReferenceEnvelope flagged = reference(key);
    flagged.flags = 1;
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
    Refused.with(AEADBadTagException.class, () -> opening.doFinal(flagged.seal()));
    Cipher contextFree = engine.cipher(Cipher.DECRYPT_MODE, key, null);
    Refused.with(AEADBadTagException.class, () -> contextFree.doFinal(reference(key).seal()));
    assertEquals(0, key.unwraps());
  }

  @EveryEngine
  void aSickCustodyIsNeverTampering(TestEngine engine) throws GeneralSecurityException {
    // [envelope-31]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    byte[] envelope = reference(key).seal();
    for (CustodyException.Kind kind : CustodyException.Kind.values()) {
      CustodyException failure = new CustodyException(kind, "what to do about it");
      key.failWith(failure);
      Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
      Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec());
      Envelope typed = Envelope.with(key, engine.provider());
      assertSame(failure, Refused.with(CustodyException.class, () -> sealing.doFinal(HELLO)));
      if (kind == CustodyException.Kind.INTEGRITY) {
        Refused.with(AEADBadTagException.class, () -> opening.doFinal(envelope));
        Refused.with(AEADBadTagException.class, () -> typed.open(envelope, Sample.context()));
      } else {
        assertSame(failure, Refused.with(CustodyException.class, () -> opening.doFinal(envelope)));
        assertSame(
            failure,
            Refused.with(CustodyException.class, () -> typed.open(envelope, Sample.context())));
      }
      key.failWith(null);
      Refused.with(IllegalStateException.class, () -> opening.doFinal(envelope));
    }
  }

  @EveryEngine
  void everyDekIsWipedOnSuccessAndOnFailure(TestEngine engine) throws GeneralSecurityException {
    // [envelope-32]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    MemoryCustodyKey target = MemoryCustodyKey.umk();
    Envelope envelope = Envelope.with(key, engine.provider());
    byte[] good = envelope.seal(HELLO, Sample.context());
    envelope.open(good, Sample.context());
    envelope.rewrap(good, target, Sample.context());
    ReferenceEnvelope otherCommitment = reference(key);
    otherCommitment.ctx = new byte[] {1, 0, 0};
    ReferenceEnvelope otherBody = reference(key);
    otherBody.payloadKey = ReferenceEnvelope.random(32);
    for (ReferenceEnvelope bad : new ReferenceEnvelope[] {otherCommitment, otherBody}) {
      Refused.with(AEADBadTagException.class, () -> envelope.open(bad.seal(), Sample.context()));
    }
    assertEquals(6, key.deks().size());
    assertFalse(target.deks().isEmpty());
    key.deks().addAll(target.deks());
    for (SecretBytes dek : key.deks()) {
      Refused.with(IllegalStateException.class, dek::copy);
    }
  }

  @Test
  void movesIntoCustodyAndToTheNextGeneration() throws GeneralSecurityException {
    // [envelope-33] [envelope-22]
    MemoryCustodyKey first = MemoryCustodyKey.umk();
    MemoryCustodyKey second = first.rotate();
    byte[] inMemory = Envelope.with(Sample.umk()).seal(HELLO, Sample.context());
    byte[] moved = Envelope.with(Sample.umk()).rewrap(inMemory, first, Sample.context());
    assertArrayEquals(HELLO, reference(first).open(moved));
    byte[] rotated = Envelope.with(second).rewrap(moved, second, Sample.context());
    assertArrayEquals(HELLO, reference(second).open(rotated));
    assertEquals(2, Envelope.inspect(rotated).generation());
  }

  @Test
  void closingTheEnvelopeLeavesTheCustodyOpen() throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Envelope envelope = Envelope.with(key);
    byte[] record = envelope.seal(HELLO, Sample.context());
    envelope.close();
    assertArrayEquals(HELLO, Envelope.with(key).open(record, Sample.context()));
  }

  /** Sealed without an error, such an envelope would be lost. */
  @Test
  void believesNoWrapOfAnotherLength() throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    key.cutWrapsTo(59);
    try (Envelope envelope = Envelope.with(key)) {
      assertThrows(
          java.security.ProviderException.class,
          () -> envelope.seal(new byte[1], Sample.context()));
    }
  }
}
