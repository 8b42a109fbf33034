package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.Suite;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.function.Executable;

/** From init to init with long messages: re-use, AAD, faults, and a custody that fails. */
class ChunkedLifecycleTest {
  private static final int LENGTH = 70_000;
  private static final byte[] LONG = Sample.plaintext(LENGTH);
  private static final byte[] SHORT = Sample.plaintext(33);
  private static final byte[] AAD = {1, 2, 3};

  private static EnvelopeParameterSpec bare() {
    return EnvelopeParameterSpec.withoutContext().withSuite(Suite.AES_256_GCM_CHUNKED);
  }

  private static byte[] inTwo(Cipher cipher, byte[] in) throws GeneralSecurityException {
    byte[] start = cipher.update(in, 0, in.length / 2);
    byte[] end = cipher.doFinal(in, in.length / 2, in.length - in.length / 2);
    return ReferenceEnvelope.concat(start == null ? new byte[0] : start, end);
  }

  @EveryEngine
  void oneCipherSealsAndOpensOneAfterTheOther(TestEngine engine) throws GeneralSecurityException {
    // [envelope-27]
    Cipher sealing = engine.sealing();
    Cipher opening = engine.opening();
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    Set<String> fresh = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      byte[] envelope = inTwo(sealing, LONG);
      assertArrayEquals(LONG, reference.open(envelope));
      assertArrayEquals(LONG, inTwo(opening, envelope));
      byte[] small = inTwo(sealing, SHORT);
      assertEquals(1, small[5]);
      assertArrayEquals(SHORT, inTwo(opening, small));
      assertTrue(fresh.add("dek " + Arrays.toString(reference.dekOf(envelope))));
      assertTrue(fresh.add("nonce " + Arrays.toString(Arrays.copyOfRange(envelope, 31, 43))));
      assertTrue(fresh.add("salt " + Arrays.toString(Arrays.copyOfRange(envelope, 123, 147))));
    }
  }

  @EveryEngine
  void aadComesBeforeTheFirstByteAndForEachRecordAnew(TestEngine engine)
      throws GeneralSecurityException {
    // [envelope-20]
    Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), bare());
    cipher.updateAAD(AAD, 0, 1);
    cipher.updateAAD(AAD, 1, 2);
    byte[] start = cipher.update(LONG, 0, 10);
    assertEquals(179, start.length);
    Refused.with(IllegalStateException.class, () -> cipher.updateAAD(AAD));
    byte[] envelope = ReferenceEnvelope.concat(start, cipher.doFinal(LONG, 10, LONG.length - 10));
    assertArrayEquals(LONG, ReferenceEnvelope.ofRaw(AAD).chunked().open(envelope));
    Refused.with(IllegalStateException.class, () -> cipher.update(LONG));
    cipher.updateAAD(new byte[] {9});
    assertArrayEquals(
        LONG, ReferenceEnvelope.ofRaw(new byte[] {9}).chunked().open(cipher.doFinal(LONG)));
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), null);
    opening.updateAAD(AAD);
    assertArrayEquals(LONG, inTwo(opening, envelope));
    assertEquals(0, opening.update(envelope).length, "the AAD was for one envelope");
    Refused.with(AEADBadTagException.class, opening::doFinal);
    byte[] free = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), bare()).doFinal(LONG);
    assertArrayEquals(LONG, ReferenceEnvelope.ofNothing().chunked().open(free));
  }

  @EveryEngine
  void aFaultInUpdateIsToldByDoFinalAndByAnotherUpdate(TestEngine engine)
      throws GeneralSecurityException {
    // [envelope-50]
    byte[] good = engine.chunked(LENGTH);
    byte[] bad = good.clone();
    bad[179 + 16_400 + 5] ^= 1;
    Cipher cipher = engine.opening();
    assertEquals(16_384, cipher.update(bad, 0, 20_000).length);
    assertEquals(0, cipher.update(bad, 20_000, 20_000).length);
    assertEquals(0, cipher.getOutputSize(50_000));
    assertNull(cipher.update(good, 0, 0), "no input is no error");
    for (int i = 0; i < 3; i++) {
      assertRefuses(() -> cipher.update(good, 40_000, 10_000));
      assertRefuses(() -> cipher.update(good, 0, good.length, new byte[0]));
      assertRefuses(() -> cipher.update(ByteBuffer.wrap(good), ByteBuffer.allocate(0)));
    }
    Refused.with(IllegalStateException.class, () -> cipher.updateAAD(AAD));
    assertNotNull(cipher.getParameters());
    byte[] out = Sample.filled(100);
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(good, 0, 500, out, 0));
    assertArrayEquals(Sample.filled(100), out);
    Refused.with(IllegalStateException.class, cipher::doFinal);
    Refused.with(IllegalStateException.class, () -> cipher.update(good));
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    assertArrayEquals(LONG, cipher.doFinal(good));
  }

  private static void assertRefuses(Executable update) {
    Throwable e = Refused.with(IllegalStateException.class, update);
    assertEquals(AEADBadTagException.class, e.getCause().getClass());
    assertEquals(e.getCause().getMessage(), e.getMessage());
  }

  @EveryEngine
  void theRightClassComesFromDoFinal(TestEngine engine) throws GeneralSecurityException {
    // [envelope-23] [envelope-24]
    byte[] envelope = engine.chunked(LENGTH);
    Cipher otherKey = engine.cipher(Cipher.DECRYPT_MODE, Sample.otherUmk(), Sample.spec());
    assertEquals(0, otherKey.update(envelope).length);
    Throwable e = Refused.with(IllegalStateException.class, () -> otherKey.update(envelope));
    assertEquals(WrongKeyException.class, e.getCause().getClass());
    Refused.with(WrongKeyException.class, otherKey::doFinal);
    Cipher minimum =
        engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec().withMinimumGeneration(2));
    assertEquals(0, minimum.update(envelope).length);
    Refused.with(WrongKeyException.class, minimum::doFinal);
    Cipher otherContext =
        engine.cipher(
            Cipher.DECRYPT_MODE,
            Sample.umk(),
            new EnvelopeParameterSpec(Sample.context().withRevision(1)));
    assertEquals(0, otherContext.update(envelope).length);
    Refused.with(AEADBadTagException.class, otherContext::doFinal);
  }

  @EveryEngine
  void aSickCustodyIsToldAtOnce(TestEngine engine) throws GeneralSecurityException {
    // [envelope-31]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    byte[] envelope = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec()).doFinal(LONG);
    CustodyException failure =
        new CustodyException(CustodyException.Kind.TRANSIENT, "what to do about it");
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec());
    sealing.update(LONG, 0, 65_536);
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
    opening.update(envelope, 0, 194);
    int unwraps = key.unwraps();
    key.failWith(failure);
    byte[] out = Sample.filled(100_000);
    assertSame(
        failure,
        Refused.with(CustodyException.class, () -> sealing.update(LONG, 65_536, 1, out, 0)));
    assertSame(
        failure,
        Refused.with(CustodyException.class, () -> opening.update(envelope, 194, 40_000, out, 0)));
    assertEquals(unwraps + 1, key.unwraps());
    assertArrayEquals(Sample.filled(100_000), out);
    key.failWith(null);
    for (Cipher cipher : new Cipher[] {sealing, opening}) {
      Refused.with(IllegalStateException.class, () -> cipher.update(LONG));
      Refused.with(IllegalStateException.class, cipher::doFinal);
    }
    opening.init(Cipher.DECRYPT_MODE, key, Sample.spec());
    assertArrayEquals(LONG, opening.doFinal(envelope));
  }

  @EveryEngine
  void noKeyIsAskedBeforeThereIsAnEnvelope(TestEngine engine) throws GeneralSecurityException {
    // [envelope-40]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    byte[] envelope = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.chunked()).doFinal(SHORT);
    for (int length : new int[] {123, 179, 194}) {
      Cipher cipher = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
      cipher.update(envelope, 0, length);
      Refused.with(MalformedEnvelopeException.class, cipher::doFinal);
    }
    assertEquals(0, key.unwraps());
    Cipher cipher = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
    cipher.update(envelope, 0, 195);
    assertEquals(1, key.unwraps());
    assertArrayEquals(SHORT, cipher.doFinal(envelope, 195, envelope.length - 195));
    assertEquals(1, key.unwraps());
  }

  @EveryEngine
  void initForgetsALongMessageHalfWay(TestEngine engine) throws GeneralSecurityException {
    // [envelope-47]
    Cipher cipher = engine.sealing();
    byte[] start = cipher.update(LONG);
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    Refused.with(MalformedEnvelopeException.class, () -> cipher.doFinal(start));
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    byte[] envelope = engine.chunked(LENGTH);
    cipher.update(envelope, 0, 30_000);
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
    assertArrayEquals(LONG, cipher.doFinal(envelope));
  }

  @EveryEngine
  void everyDekIsWiped(TestEngine engine) throws GeneralSecurityException {
    // [envelope-32]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec());
    byte[] envelope = inTwo(sealing, LONG);
    byte[] bad = envelope.clone();
    bad[150] ^= 1;
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
    inTwo(opening, envelope);
    Refused.with(AEADBadTagException.class, () -> opening.doFinal(bad));
    sealing.update(LONG);
    assertEquals(4, key.deks().size());
    for (SecretBytes dek : key.deks()) {
      Refused.with(IllegalStateException.class, dek::copy);
    }
  }
}
