package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Assertions;

/** Buffers of every kind: positions, limits, and the bytes beside the output. */
class ByteBufferTest {
  private static final byte[] PLAINTEXT = Sample.plaintext(333);

  @EveryEngine
  void everyKindIntoEveryKind(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealed(PLAINTEXT.length);
    for (BufferKind in : BufferKind.values()) {
      for (BufferKind out : BufferKind.writable().toList()) {
        byte[] sealed = run(engine.sealing(), in.holding(PLAINTEXT), out, envelope.length);
        assertArrayEquals(PLAINTEXT, engine.opening().doFinal(sealed));
        byte[] opened = run(engine.opening(), in.holding(envelope), out, PLAINTEXT.length);
        assertArrayEquals(PLAINTEXT, opened);
      }
    }
  }

  /** In more room than needed: what is beside the result stays as it was. */
  private static byte[] run(Cipher cipher, ByteBuffer in, BufferKind kind, int expected)
      throws GeneralSecurityException {
    ByteBuffer out = kind.withRoom(expected + 21);
    int inLimit = in.limit();
    int outLimit = out.limit();
    assertEquals(expected, cipher.doFinal(in, out));
    assertEquals(inLimit, in.position());
    assertEquals(inLimit, in.limit());
    assertEquals(5 + expected, out.position());
    assertEquals(outLimit, out.limit());
    byte[] after = BufferKind.everyByteOf(out);
    byte[] result = Arrays.copyOfRange(after, 5, 5 + expected);
    Arrays.fill(after, 5, 5 + expected, Sample.filled(1)[0]);
    assertArrayEquals(Sample.filled(after.length), after, "bytes beside the output");
    return result;
  }

  @EveryEngine
  void updateTakesAllAndGivesNothing(TestEngine engine) throws GeneralSecurityException {
    for (BufferKind kind : BufferKind.values()) {
      Cipher cipher = engine.sealing();
      ByteBuffer in = kind.holding(PLAINTEXT);
      ByteBuffer out = BufferKind.DIRECT.withRoom(1);
      assertEquals(0, cipher.update(in, out));
      assertEquals(in.limit(), in.position());
      assertEquals(5, out.position());
      byte[] envelope = cipher.doFinal();
      assertArrayEquals(PLAINTEXT, engine.opening().doFinal(envelope));
    }
  }

  @EveryEngine
  void exactRoomIsEnough(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealed(PLAINTEXT.length);
    for (BufferKind kind : BufferKind.writable().toList()) {
      Cipher cipher = engine.opening();
      ByteBuffer out = kind.withRoom(cipher.getOutputSize(envelope.length));
      cipher.doFinal(ByteBuffer.wrap(envelope), out);
      assertEquals(0, out.remaining());
    }
  }

  @EveryEngine
  void theSameMemoryShifted(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealed(PLAINTEXT.length);
    for (int shift : List.of(0, 1, 12, 123, 135, 151, 200)) {
      for (boolean direct : List.of(true, false)) {
        for (boolean outFirst : List.of(true, false)) {
          byte[] opened = shifted(engine.opening(), envelope, shift, direct, outFirst);
          assertArrayEquals(PLAINTEXT, Arrays.copyOf(opened, PLAINTEXT.length));
          byte[] sealed = shifted(engine.sealing(), PLAINTEXT, shift, direct, outFirst);
          byte[] whole = Arrays.copyOf(sealed, envelope.length);
          assertArrayEquals(PLAINTEXT, engine.opening().doFinal(whole));
        }
      }
    }
  }

  /** Input and output are two views of one memory, the one {@code shift} bytes behind the other. */
  private static byte[] shifted(
      Cipher cipher, byte[] in, int shift, boolean direct, boolean outFirst)
      throws GeneralSecurityException {
    ByteBuffer memory = direct ? ByteBuffer.allocateDirect(2000) : ByteBuffer.allocate(2000);
    int inStart = outFirst ? 40 + shift : 40;
    int outStart = outFirst ? 40 : 40 + shift;
    ByteBuffer input = memory.duplicate().position(inStart).limit(inStart + in.length);
    input.duplicate().put(in);
    ByteBuffer output = memory.duplicate().position(outStart);
    int length = cipher.doFinal(input, output);
    byte[] result = new byte[length];
    memory.duplicate().position(outStart).get(result);
    return result;
  }

  @EveryEngine
  void whatJcaRefusesChangesNothing(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    ByteBuffer same = ByteBuffer.allocate(2000);
    Refused.with(IllegalArgumentException.class, () -> cipher.doFinal(same, same));
    Refused.with(IllegalArgumentException.class, () -> cipher.update(same, same));
    ByteBuffer in = ByteBuffer.wrap(PLAINTEXT);
    ByteBuffer readOnly = ByteBuffer.allocate(2000).asReadOnlyBuffer();
    Assertions.assertThrowsExactly(
        ReadOnlyBufferException.class, () -> cipher.doFinal(in, readOnly));
    assertEquals(0, in.position());
    assertArrayEquals(PLAINTEXT, engine.opening().doFinal(cipher.doFinal(PLAINTEXT)));
  }
}
