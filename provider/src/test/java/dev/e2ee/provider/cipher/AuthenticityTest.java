package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/** THREATS.md, rows 1, 6 and 7: whatever is changed, the envelope does not open. */
class AuthenticityTest {
  private static final byte[] EIGHT = Sample.plaintext(8);

  /** The class that section 7's order of steps gives for one flipped bit. */
  private static Class<? extends Throwable> classOfFlip(int index, int bit) {
    if (index < 4) {
      return MalformedEnvelopeException.class;
    }
    if (index == 7 && bit == 0) {
      return AEADBadTagException.class;
    }
    if (index == 28 && (bit == 1 || bit == 7)) {
      return MalformedEnvelopeException.class; // wrapAlg 3, or a derived DEK: longer wraps
    }
    if (index < 8 || index == 28) {
      return UnsupportedEnvelopeException.class;
    }
    if (index == 11 && bit == 0) {
      return MalformedEnvelopeException.class; // generation 1 becomes 0
    }
    if (index < 28) {
      return WrongKeyException.class;
    }
    return index < 31 ? MalformedEnvelopeException.class : AEADBadTagException.class;
  }

  @EveryEngine
  void everyFlippedBit(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealing().doFinal(EIGHT);
    for (int index = 0; index < envelope.length; index++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = envelope.clone();
        changed[index] ^= (byte) (1 << bit);
        Cipher cipher = engine.opening();
        Refused.with(classOfFlip(index, bit), () -> cipher.doFinal(changed));
      }
    }
    assertArrayEquals(EIGHT, engine.opening().doFinal(envelope));
  }

  @EveryEngine
  void everyCut(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealing().doFinal(EIGHT);
    for (int length = 0; length < envelope.length; length++) {
      byte[] cut = Arrays.copyOf(envelope, length);
      Class<? extends Throwable> type =
          length < 151 ? MalformedEnvelopeException.class : AEADBadTagException.class;
      Cipher cipher = engine.opening();
      Refused.with(type, () -> cipher.doFinal(cut));
    }
  }

  @EveryEngine
  void everyExtensionAndCutInFront(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealing().doFinal(EIGHT);
    for (int more = 1; more <= 40; more++) {
      byte[] longer = Arrays.copyOf(envelope, envelope.length + more);
      Cipher cipher = engine.opening();
      Refused.with(AEADBadTagException.class, () -> cipher.doFinal(longer));
      byte[] headless = Arrays.copyOfRange(envelope, more, envelope.length);
      Cipher second = engine.opening();
      Refused.with(MalformedEnvelopeException.class, () -> second.doFinal(headless));
    }
  }

  @EveryEngine
  void everyOtherContext(TestEngine engine) throws GeneralSecurityException {
    RecordContext right = RecordContext.of("a", "b", "c").withTenant("t").withRevision(5);
    byte[] envelope = seal(engine, right);
    for (RecordContext wrong :
        List.of(
            RecordContext.of("A", "b", "c").withTenant("t").withRevision(5),
            RecordContext.of("a", "B", "c").withTenant("t").withRevision(5),
            RecordContext.of("a", "b", "C").withTenant("t").withRevision(5),
            RecordContext.of("a", "b", "c").withTenant("T").withRevision(5),
            RecordContext.of("a", "b", "c").withTenant("t").withRevision(4),
            RecordContext.of("a", "b", "c").withTenant("t").withRevision(-5),
            RecordContext.of("a", "b", "c").withTenant("t"),
            RecordContext.of("a", "b", "c").withRevision(5),
            RecordContext.of("a", "b", "c"),
            RecordContext.of("b", "a", "c").withTenant("t").withRevision(5),
            RecordContext.of("a ", "b", "c").withTenant("t").withRevision(5))) {
      refusesContext(engine, envelope, wrong);
    }
    Cipher cipher =
        engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), new EnvelopeParameterSpec(right));
    assertArrayEquals(EIGHT, cipher.doFinal(envelope));
  }

  private static byte[] seal(TestEngine engine, RecordContext context)
      throws GeneralSecurityException {
    return engine
        .cipher(Cipher.ENCRYPT_MODE, Sample.umk(), new EnvelopeParameterSpec(context))
        .doFinal(EIGHT);
  }

  private static void refusesContext(TestEngine engine, byte[] envelope, RecordContext wrong)
      throws GeneralSecurityException {
    Cipher cipher =
        engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), new EnvelopeParameterSpec(wrong));
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(envelope));
  }

  @EveryEngine
  void contextsThatJoinToTheSameTextDiffer(TestEngine engine) throws GeneralSecurityException {
    RecordContext one = RecordContext.of("a:b", "c", "d");
    RecordContext other = RecordContext.of("a", "b:c", "d");
    assertArrayEquals(ReferenceEnvelope.payloadAad(one), ReferenceEnvelope.payloadAad(other));
    refusesContext(engine, seal(engine, one), other);
    refusesContext(
        engine, seal(engine, RecordContext.of("u", "a:b", "c")), RecordContext.of("u", "a", "b:c"));
    // [envelope-14] Nothing is normalised, trimmed or case-folded.
    refusesContext(
        engine,
        seal(engine, RecordContext.of("\u00e9", "b", "c")),
        RecordContext.of("e\u0301", "b", "c"));
  }

  @EveryEngine
  void stepsThreeToSixFailAlike(TestEngine engine) throws GeneralSecurityException {
    // [envelope-29] [envelope-18] [envelope-26]
    ReferenceEnvelope wrongFlag = ReferenceEnvelope.of(Sample.context());
    wrongFlag.flags = 1;
    ReferenceEnvelope otherDekAad = ReferenceEnvelope.of(Sample.context());
    otherDekAad.dekAad = new byte[3];
    ReferenceEnvelope otherCtx = ReferenceEnvelope.of(Sample.context());
    otherCtx.ctx = ReferenceEnvelope.ctx(Sample.context().withRevision(1));
    ReferenceEnvelope otherPayloadAad = ReferenceEnvelope.of(Sample.context());
    otherPayloadAad.payloadAad = new byte[0];
    ReferenceEnvelope otherPayloadKey = ReferenceEnvelope.of(Sample.context());
    otherPayloadKey.payloadKey = ReferenceEnvelope.random(32);
    ReferenceEnvelope otherUmkUnderThisId = ReferenceEnvelope.of(Sample.context());
    otherUmkUnderThisId.umk = ReferenceEnvelope.random(32);
    Set<String> messages = new HashSet<>();
    for (ReferenceEnvelope faulty :
        List.of(
            wrongFlag,
            otherDekAad,
            otherCtx,
            otherPayloadAad,
            otherPayloadKey,
            otherUmkUnderThisId)) {
      Cipher cipher = engine.opening();
      AEADBadTagException e =
          Refused.with(AEADBadTagException.class, () -> cipher.doFinal(faulty.seal()));
      assertNull(e.getCause());
      assertEquals(0, e.getSuppressed().length);
      messages.add(e.getMessage());
    }
    assertEquals(1, messages.size(), messages::toString);
  }

  @EveryEngine
  void partsOfTwoEnvelopesDoNotFit(TestEngine engine) throws GeneralSecurityException {
    byte[] one = engine.sealed(8);
    byte[] two = engine.sealed(8);
    for (int[] range : new int[][] {{31, 91}, {91, 123}, {31, 123}, {123, 159}, {123, 135}}) {
      byte[] mixed = one.clone();
      System.arraycopy(two, range[0], mixed, range[0], range[1] - range[0]);
      Cipher cipher = engine.opening();
      Refused.with(AEADBadTagException.class, () -> cipher.doFinal(mixed));
    }
  }

  @EveryEngine
  void anotherKeyIsTold(TestEngine engine) throws GeneralSecurityException {
    // [envelope-21] [envelope-23]
    byte[] envelope = engine.sealed(8);
    assertArrayEquals(
        ReferenceEnvelope.keyId(Sample.umkBytes()), Envelope.inspect(envelope).keyId().toBytes());
    Cipher cipher = engine.cipher(Cipher.DECRYPT_MODE, Sample.otherUmk(), Sample.spec());
    Refused.with(WrongKeyException.class, () -> cipher.doFinal(envelope));
    ReferenceEnvelope later = ReferenceEnvelope.of(Sample.context());
    later.generation = 2;
    Cipher second = engine.opening();
    Refused.with(WrongKeyException.class, () -> second.doFinal(later.seal()));
    // [envelope-24]
    Cipher minimum =
        engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec().withMinimumGeneration(2));
    Refused.with(WrongKeyException.class, () -> minimum.doFinal(envelope));
  }
}
