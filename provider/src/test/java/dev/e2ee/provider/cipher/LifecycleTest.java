package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.function.Executable;

/** From init to init: what may be reused, and what may not. */
class LifecycleTest {
  private static final byte[] HELLO = Sample.plaintext(33);

  /** Always gives the same bytes: a caller who breaks nonces, if we let him. */
  private static final class ConstantRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, (byte) 7);
    }
  }

  @EveryEngine
  void withAContextEachSealIsFresh(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      byte[] envelope = cipher.doFinal(HELLO);
      assertArrayEquals(HELLO, reference.open(envelope));
      // [envelope-27]
      assertAllFresh(seen, reference, envelope);
    }
  }

  private static void assertAllFresh(Set<String> seen, ReferenceEnvelope reference, byte[] e) {
    String dek = Arrays.toString(reference.dekOf(e));
    String dekNonce = Arrays.toString(Arrays.copyOfRange(e, 31, 43));
    String payloadNonce = Arrays.toString(Arrays.copyOfRange(e, 123, 135));
    assertEquals(
        3, IntStream.of(fresh(seen, dek), fresh(seen, dekNonce), fresh(seen, payloadNonce)).sum());
  }

  private static int fresh(Set<String> seen, String value) {
    return seen.add(value) ? 1 : 0;
  }

  @EveryEngine
  void theCallersRandomHasNoInfluence(TestEngine engine) throws GeneralSecurityException {
    // [envelope-27]
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      Cipher cipher = engine.cipher();
      cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec(), new ConstantRandom());
      assertAllFresh(seen, reference, cipher.doFinal(HELLO));
    }
    Cipher withoutSpec = engine.cipher();
    withoutSpec.init(Cipher.ENCRYPT_MODE, Sample.umk(), new ConstantRandom());
    byte[] first = withoutSpec.doFinal(HELLO);
    assertFalse(Arrays.equals(first, withoutSpec.doFinal(HELLO)));
  }

  @EveryEngine
  void eachRecordNeedsItsOwnAad(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), null);
    byte[] aad = {1, 2, 3};
    cipher.updateAAD(aad);
    byte[] first = cipher.doFinal(HELLO);
    assertRefusesInput(cipher);
    cipher.updateAAD(new byte[0]);
    assertRefusesInput(cipher);
    assertNotNull(cipher.getParameters());
    cipher.updateAAD(aad);
    byte[] second = cipher.doFinal(HELLO);
    assertRefusesInput(cipher);
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk());
    byte[] third = cipher.doFinal(HELLO);
    assertArrayEquals(HELLO, ReferenceEnvelope.ofRaw(aad).open(first));
    assertArrayEquals(HELLO, ReferenceEnvelope.ofRaw(aad).open(second));
    assertArrayEquals(HELLO, ReferenceEnvelope.ofNothing().open(third));
  }

  private static void assertRefusesInput(Cipher cipher) {
    Refused.with(IllegalStateException.class, () -> cipher.update(HELLO));
    Refused.with(IllegalStateException.class, () -> cipher.doFinal(HELLO));
    Refused.with(IllegalStateException.class, cipher::doFinal);
    Refused.with(IllegalStateException.class, () -> cipher.doFinal(HELLO, 0, 3, new byte[999]));
  }

  @EveryEngine
  void openingTakesOneEnvelopeAfterTheOther(TestEngine engine) throws GeneralSecurityException {
    byte[] aad = {4, 5};
    ReferenceEnvelope reference = ReferenceEnvelope.ofRaw(aad);
    Cipher cipher = engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), null);
    for (int i = 0; i < 3; i++) {
      cipher.updateAAD(aad);
      assertArrayEquals(reference.plaintext, cipher.doFinal(reference.seal()));
    }
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(reference.seal()));
    Cipher withContext = engine.opening();
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(HELLO, withContext.doFinal(engine.sealing().doFinal(HELLO)));
    }
  }

  @EveryEngine
  void initForgetsEverything(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    cipher.update(Sample.plaintext(5000));
    EnvelopeParameterSpec other = new EnvelopeParameterSpec(RecordContext.of("bob", "task", "1"));
    cipher.init(Cipher.ENCRYPT_MODE, Sample.otherUmk(), other);
    byte[] envelope = cipher.doFinal(HELLO);
    assertEquals(HELLO.length + Sample.OVERHEAD, envelope.length);
    cipher.init(Cipher.DECRYPT_MODE, Sample.otherUmk(), other);
    assertArrayEquals(HELLO, cipher.doFinal(envelope));
    cipher.update(envelope, 0, 100);
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), other);
    Refused.with(WrongKeyException.class, () -> cipher.doFinal(envelope));
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk());
    cipher.updateAAD(new byte[9]);
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk());
    assertArrayEquals(HELLO, ReferenceEnvelope.ofNothing().open(cipher.doFinal(HELLO)));
  }

  @EveryEngine
  void afterAFailureOnlyInitLeadsOn(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealing().doFinal(HELLO);
    byte[] tampered = envelope.clone();
    tampered[150] ^= 1;
    Cipher cipher = engine.opening();
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(tampered));
    assertDead(cipher, envelope);
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    assertArrayEquals(HELLO, cipher.doFinal(envelope));
    Cipher intoArray = engine.opening();
    Refused.with(
        AEADBadTagException.class, () -> intoArray.doFinal(tampered, 0, 184, new byte[33]));
    assertDead(intoArray, envelope);
  }

  private static void assertDead(Cipher cipher, byte[] envelope) {
    for (Executable use :
        new Executable[] {
          () -> cipher.doFinal(envelope),
          () -> cipher.doFinal(),
          () -> cipher.update(envelope),
          () -> cipher.updateAAD(new byte[3]),
          () -> cipher.doFinal(envelope, 0, envelope.length, new byte[999]),
        }) {
      Refused.with(IllegalStateException.class, use);
    }
  }

  @EveryEngine
  void aRefusedInitLeavesNoOldKey(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    cipher.update(HELLO);
    Executable[] badInits = {
      () -> cipher.init(Cipher.ENCRYPT_MODE, (java.security.Key) null),
      () -> cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), new GCMParameterSpec(128, new byte[12])),
      () -> cipher.init(Cipher.WRAP_MODE, Sample.umk()),
    };
    for (Executable badInit : badInits) {
      cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec());
      cipher.update(HELLO);
      org.junit.jupiter.api.Assertions.assertThrows(Exception.class, badInit);
      assertDead(cipher, HELLO);
    }
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec());
    assertArrayEquals(HELLO, engine.opening().doFinal(cipher.doFinal(HELLO)));
  }

  @EveryEngine
  void closingTheCallersKeyAfterInitChangesNothing(TestEngine engine)
      throws GeneralSecurityException {
    var umk = Sample.umk();
    Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, umk, Sample.spec());
    umk.close();
    assertArrayEquals(HELLO, engine.opening().doFinal(cipher.doFinal(HELLO)));
  }

  @EveryEngine
  void beforeInitNothingWorks(TestEngine engine) {
    Cipher cipher = engine.cipher();
    assertDead(cipher, HELLO);
    Refused.with(IllegalStateException.class, () -> cipher.getOutputSize(1));
    assertNull(cipher.getParameters());
  }

  @EveryEngine
  void whatACipherTellsOfItself(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    assertEquals("E2EE-Envelope", cipher.getAlgorithm());
    assertEquals(0, cipher.getBlockSize());
    assertNull(cipher.getIV());
    assertEquals(engine.provider(), cipher.getProvider());
    EnvelopeParameterSpec told =
        cipher.getParameters().getParameterSpec(EnvelopeParameterSpec.class);
    assertEquals(Sample.context(), told.context().orElseThrow());
    Cipher again = engine.cipher();
    again.init(Cipher.DECRYPT_MODE, Sample.umk(), cipher.getParameters());
    assertArrayEquals(HELLO, again.doFinal(cipher.doFinal(HELLO)));
  }
}
