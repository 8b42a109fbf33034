package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * [envelope-30] A failed open leaves every byte of the caller's memory as it was: THREATS.md, row
 * 14.
 */
class UntouchedOutputTest {
  private static final int[] SIZES = {1, 16, 500, 20_000};

  /** Not authentic for four different reasons; each has the length of a whole envelope. */
  private static List<byte[]> notAuthentic(byte[] envelope) {
    return List.of(
        flipped(envelope, 31), // the wrap's nonce
        flipped(envelope, 91), // the commitment
        flipped(envelope, 135), // the first byte of ciphertext
        flipped(envelope, envelope.length - 1)); // the tag
  }

  private static byte[] flipped(byte[] envelope, int index) {
    byte[] changed = envelope.clone();
    changed[index] ^= 1;
    return changed;
  }

  private static AlgorithmParameterSpec otherContext() {
    return new EnvelopeParameterSpec(RecordContext.of("mallory", "note", "42"));
  }

  @EveryEngine
  void arrays(TestEngine engine) throws GeneralSecurityException {
    for (int size : SIZES) {
      byte[] good = engine.sealed(size);
      for (byte[] bad : notAuthentic(good)) {
        failsIntoArray(engine.opening(), bad);
        failsInPlace(engine, Sample.spec(), bad);
      }
      failsIntoArray(engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), otherContext()), good);
      failsInPlace(engine, otherContext(), good);
    }
  }

  private static void failsIntoArray(Cipher cipher, byte[] bad) {
    byte[] input = bad.clone();
    byte[] out = Sample.filled(bad.length + 20);
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(input, 0, input.length, out, 10));
    assertArrayEquals(Sample.filled(out.length), out);
    assertArrayEquals(bad, input);
  }

  private static void failsInPlace(TestEngine engine, AlgorithmParameterSpec spec, byte[] bad)
      throws GeneralSecurityException {
    for (int outOffset : new int[] {0, 7, 135}) {
      byte[] array = Sample.filled(2 * bad.length + 200);
      System.arraycopy(bad, 0, array, 7, bad.length);
      byte[] before = array.clone();
      Cipher cipher = engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), spec);
      Refused.with(
          AEADBadTagException.class, () -> cipher.doFinal(array, 7, bad.length, array, outOffset));
      assertArrayEquals(before, array);
    }
  }

  @EveryEngine
  void buffersOfEveryKind(TestEngine engine) throws GeneralSecurityException {
    for (int size : SIZES) {
      for (byte[] bad : notAuthentic(engine.sealed(size))) {
        for (BufferKind in : BufferKind.values()) {
          for (BufferKind out : BufferKind.writable().toList()) {
            failsIntoBuffer(engine.opening(), in.holding(bad), out.withRoom(size + 40));
          }
        }
      }
    }
  }

  private static void failsIntoBuffer(Cipher cipher, ByteBuffer in, ByteBuffer out) {
    int limit = out.limit();
    byte[] before = BufferKind.everyByteOf(in);
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(in, out));
    assertArrayEquals(Sample.filled(out.capacity()), BufferKind.everyByteOf(out));
    assertArrayEquals(before, BufferKind.everyByteOf(in));
    assertEquals(5, out.position());
    assertEquals(limit, out.limit());
  }

  @EveryEngine
  void oneMemoryForInputAndOutput(TestEngine engine) throws GeneralSecurityException {
    for (byte[] bad : notAuthentic(engine.sealed(500))) {
      for (BufferKind kind : BufferKind.writable().toList()) {
        ByteBuffer in = kind.holding(bad);
        byte[] before = BufferKind.everyByteOf(in);
        Cipher cipher = engine.opening();
        ByteBuffer out = in.duplicate().position(2);
        Refused.with(AEADBadTagException.class, () -> cipher.doFinal(in, out));
        assertArrayEquals(before, BufferKind.everyByteOf(in));
      }
    }
  }

  @EveryEngine
  void updatesBeforeAFailureGiveNothing(TestEngine engine) throws GeneralSecurityException {
    byte[] bad = flipped(engine.sealed(20_000), 20_150);
    Cipher cipher = engine.opening();
    byte[] out = Sample.filled(21_000);
    for (int i = 0; i + 1000 <= 20_000; i += 1000) {
      assertEquals(0, cipher.update(bad, i, 1000, out, i));
    }
    Refused.with(AEADBadTagException.class, () -> cipher.doFinal(bad, 20_000, 151, out, 0));
    assertArrayEquals(Sample.filled(21_000), out);
  }
}
