package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/** Input and output in one array, in place and shifted to either side. */
class OverlapTest {
  private static final int MIDDLE = 400;

  @EveryEngine
  void everyShift(TestEngine engine) throws GeneralSecurityException {
    byte[] plaintext = Sample.plaintext(100);
    byte[] envelope = engine.sealed(100);
    for (int shift = -300; shift <= 300; shift += 1 + Math.abs(shift) / 16) {
      assertArrayEquals(plaintext, run(engine.opening(), envelope, shift));
      byte[] sealed = run(engine.sealing(), plaintext, shift);
      assertArrayEquals(plaintext, engine.opening().doFinal(sealed), "shift " + shift);
    }
  }

  @EveryEngine
  void inPlace(TestEngine engine) throws GeneralSecurityException {
    for (int size : new int[] {0, 1, 16, 1000, 65536}) {
      byte[] plaintext = Sample.plaintext(size);
      assertArrayEquals(plaintext, run(engine.opening(), engine.sealed(size), 0));
    }
  }

  @EveryEngine
  void anEarlierUpdateFromTheSameArray(TestEngine engine) throws GeneralSecurityException {
    byte[] plaintext = Sample.plaintext(100);
    byte[] array = Arrays.copyOf(engine.sealed(100), 600);
    Cipher cipher = engine.opening();
    assertEquals(0, cipher.update(array, 0, 140, array, 0));
    assertEquals(100, cipher.doFinal(array, 140, 111, array, 0));
    assertArrayEquals(plaintext, Arrays.copyOf(array, 100));
  }

  private static byte[] run(Cipher cipher, byte[] in, int shift) throws GeneralSecurityException {
    byte[] array = Sample.filled(MIDDLE + 300 + in.length + Sample.OVERHEAD);
    System.arraycopy(in, 0, array, MIDDLE, in.length);
    byte[] before = array.clone();
    int from = MIDDLE + shift;
    int length = cipher.doFinal(array, MIDDLE, in.length, array, from);
    byte[] result = Arrays.copyOfRange(array, from, from + length);
    System.arraycopy(before, from, array, from, length);
    assertArrayEquals(before, array, "bytes beside the output");
    return result;
  }
}
