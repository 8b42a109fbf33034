package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/** Input and output in one memory, in place and shifted, in {@code update} and {@code doFinal}. */
class ChunkedOverlapTest {
  private static final int MIDDLE = 40_000;
  private static final byte[] PLAINTEXT = Sample.plaintext(70_000);
  private static final int[] SHIFTS = {
    -39_000, -16_400, -16_384, -179, -16, -1, 0, 1, 16, 179, 16_384, 16_400, 39_000
  };

  /** A memory with input in it, and a cipher's call from there to another place in it. */
  private interface Memory {
    byte[] run(Cipher cipher, byte[] in, int shift, boolean last) throws GeneralSecurityException;
  }

  private static byte[] array(Cipher cipher, byte[] in, int shift, boolean last)
      throws GeneralSecurityException {
    byte[] array = Sample.filled(2 * MIDDLE + in.length + 20_000);
    System.arraycopy(in, 0, array, MIDDLE, in.length);
    byte[] before = array.clone();
    int to = MIDDLE + shift;
    int length =
        last
            ? cipher.doFinal(array, MIDDLE, in.length, array, to)
            : cipher.update(array, MIDDLE, in.length, array, to);
    byte[] result = Arrays.copyOfRange(array, to, to + length);
    System.arraycopy(before, to, array, to, length);
    assertArrayEquals(before, array, "bytes beside the output");
    return result;
  }

  private static Memory buffer(boolean direct) {
    return (cipher, in, shift, last) -> {
      int size = 2 * MIDDLE + in.length + 20_000;
      ByteBuffer memory = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
      ByteBuffer input = memory.duplicate().position(MIDDLE).limit(MIDDLE + in.length);
      input.duplicate().put(in);
      ByteBuffer output = memory.duplicate().position(MIDDLE + shift);
      int length = last ? cipher.doFinal(input, output) : cipher.update(input, output);
      byte[] result = new byte[length];
      memory.duplicate().position(MIDDLE + shift).get(result);
      return result;
    };
  }

  private static byte[] inTwoCalls(Cipher cipher, byte[] in, int cut, int shift, Memory memory)
      throws GeneralSecurityException {
    byte[] start = memory.run(cipher, Arrays.copyOf(in, cut), shift, false);
    byte[] end = memory.run(cipher, Arrays.copyOfRange(in, cut, in.length), shift, true);
    return ReferenceEnvelope.concat(start, end);
  }

  private static void everyShift(TestEngine engine, Memory memory) throws GeneralSecurityException {
    byte[] envelope = engine.chunked(PLAINTEXT.length);
    for (int shift : SHIFTS) {
      byte[] opened = memory.run(engine.opening(), envelope, shift, true);
      assertArrayEquals(PLAINTEXT, opened, "shift " + shift);
      byte[] sealed = memory.run(engine.sealing(), PLAINTEXT, shift, true);
      assertArrayEquals(PLAINTEXT, engine.opening().doFinal(sealed), "shift " + shift);
      for (int cut : new int[] {1000, 16_579, 50_000}) {
        assertArrayEquals(PLAINTEXT, inTwoCalls(engine.opening(), envelope, cut, shift, memory));
        Cipher forced = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.chunked());
        byte[] inTwo = inTwoCalls(forced, PLAINTEXT, cut, shift, memory);
        assertArrayEquals(PLAINTEXT, engine.opening().doFinal(inTwo), "shift " + shift);
      }
    }
  }

  @EveryEngine
  void arrays(TestEngine engine) throws GeneralSecurityException {
    everyShift(engine, ChunkedOverlapTest::array);
  }

  @EveryEngine
  void heapBuffers(TestEngine engine) throws GeneralSecurityException {
    everyShift(engine, buffer(false));
  }

  @EveryEngine
  void directBuffers(TestEngine engine) throws GeneralSecurityException {
    everyShift(engine, buffer(true));
  }

  /** As a program does that reads, opens and writes through one buffer. */
  @EveryEngine
  void oneBufferForAFile(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.chunked(PLAINTEXT.length);
    Cipher cipher = engine.opening();
    byte[] buffer = new byte[8192];
    byte[] opened = {};
    byte[] larger = new byte[30_000];
    for (int from = 0; from < envelope.length; from += buffer.length) {
      int length = Math.min(buffer.length, envelope.length - from);
      System.arraycopy(envelope, from, larger, 0, length);
      int written = cipher.update(larger, 0, length, larger, 0);
      opened = ReferenceEnvelope.concat(opened, Arrays.copyOf(larger, written));
    }
    int last = cipher.doFinal(larger, 0);
    assertEquals(PLAINTEXT.length % 16_384, last);
    assertArrayEquals(PLAINTEXT, ReferenceEnvelope.concat(opened, Arrays.copyOf(larger, last)));
  }
}
