package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/** {@code getOutputSize} is exact, and never negative. */
class OutputSizeTest {
  private static final int BIG = 16 << 20;

  @EveryEngine
  void sealing(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    for (int size : new int[] {0, 1, 65536, 65537, BIG}) {
      assertEquals(size + Sample.OVERHEAD, cipher.getOutputSize(size));
    }
    assertEquals(Integer.MAX_VALUE, cipher.getOutputSize(Integer.MAX_VALUE));
    assertEquals(Integer.MAX_VALUE, cipher.getOutputSize(Integer.MAX_VALUE - 150));
    assertEquals(Integer.MAX_VALUE, cipher.getOutputSize(Integer.MAX_VALUE - 151));
    cipher.update(new byte[BIG]);
    assertEquals(BIG + Sample.OVERHEAD, cipher.getOutputSize(0));
    assertEquals(Integer.MAX_VALUE, cipher.getOutputSize(Integer.MAX_VALUE));
    assertEquals(BIG + Sample.OVERHEAD, cipher.doFinal().length);
    assertEquals(Sample.OVERHEAD, cipher.getOutputSize(0));
  }

  @EveryEngine
  void opening(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.opening();
    for (int length : new int[] {0, 1, 150, 151}) {
      assertEquals(0, cipher.getOutputSize(length));
    }
    assertEquals(1, cipher.getOutputSize(152));
    assertEquals(BIG, cipher.getOutputSize(BIG + Sample.OVERHEAD));
    assertEquals(Integer.MAX_VALUE - 151, cipher.getOutputSize(Integer.MAX_VALUE));
    byte[] envelope = engine.sealed(1000);
    cipher.update(envelope, 0, 500);
    assertEquals(349, cipher.getOutputSize(0));
    assertEquals(1000, cipher.getOutputSize(651));
    assertEquals(Integer.MAX_VALUE, cipher.getOutputSize(Integer.MAX_VALUE));
    assertEquals(1000, cipher.doFinal(envelope, 500, 651).length);
    assertEquals(0, cipher.getOutputSize(0));
  }

  @EveryEngine
  void openingInPiecesGrowsInDoublingSteps(TestEngine engine) throws GeneralSecurityException {
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    byte[] envelope = sealing.doFinal(new byte[300_000]);
    Cipher cipher = engine.opening();
    cipher.update(envelope, 0, 100_000);
    assertEquals(131_072, cipher.getOutputSize(0));
    assertEquals(131_072, cipher.getOutputSize(20_000));
    assertEquals(262_144, cipher.getOutputSize(100_000));
    assertEquals(Integer.MAX_VALUE, cipher.getOutputSize(Integer.MAX_VALUE));
    byte[] rest = Arrays.copyOfRange(envelope, 100_000, envelope.length);
    assertArrayEquals(new byte[300_000], cipher.doFinal(rest));
  }

  @EveryEngine
  void isWhatDoFinalThenGives(TestEngine engine) throws GeneralSecurityException {
    for (int size = 0; size < 200; size += 7) {
      Cipher sealing = engine.sealing();
      byte[] sealed = new byte[sealing.getOutputSize(size)];
      assertEquals(sealed.length, sealing.doFinal(Sample.plaintext(size), 0, size, sealed));
      Cipher opening = engine.opening();
      byte[] opened = new byte[opening.getOutputSize(sealed.length)];
      assertEquals(opened.length, opening.doFinal(sealed, 0, sealed.length, opened));
    }
  }

  @EveryEngine
  void betweenTwoRecordsWithAad(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), null);
    byte[] aad = {1, 2, 3};
    cipher.updateAAD(aad);
    cipher.doFinal(Sample.plaintext(10));
    byte[] out = new byte[cipher.getOutputSize(10)];
    cipher.updateAAD(aad);
    assertEquals(161, cipher.doFinal(Sample.plaintext(10), 0, 10, out));
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), null);
    opening.updateAAD(aad);
    assertArrayEquals(Sample.plaintext(10), Arrays.copyOf(opening.doFinal(out), 10));
  }

  @EveryEngine
  void negativeInputIsRefusedByJca(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    Refused.with(IllegalArgumentException.class, () -> cipher.getOutputSize(-1));
  }
}
