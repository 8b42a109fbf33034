package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** Too little room is told before anything happens: the same call with enough room then works. */
class ShortBufferTest {
  private static final byte[] PLAINTEXT = Sample.plaintext(90);
  private static final byte[] EARLY = Arrays.copyOf(PLAINTEXT, 30);
  private static final byte[] LATE = Arrays.copyOfRange(PLAINTEXT, 30, 90);

  private static int[] rooms(int needed) {
    return new int[] {0, 1, needed / 2, needed - 1};
  }

  @EveryEngine
  void sealingIntoArrays(TestEngine engine) throws GeneralSecurityException {
    int needed = PLAINTEXT.length + Sample.OVERHEAD;
    Cipher cipher = engine.sealing();
    cipher.update(EARLY);
    byte[] result = afterRefusals(cipher, LATE, needed);
    assertArrayEquals(PLAINTEXT, ReferenceEnvelope.of(Sample.context()).open(result));
  }

  @EveryEngine
  void openingIntoArrays(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealed(PLAINTEXT.length);
    Cipher cipher = engine.opening();
    cipher.update(envelope, 0, 150);
    byte[] rest = Arrays.copyOfRange(envelope, 150, envelope.length);
    assertArrayEquals(PLAINTEXT, afterRefusals(cipher, rest, PLAINTEXT.length));
  }

  private static byte[] afterRefusals(Cipher cipher, byte[] last, int needed)
      throws GeneralSecurityException {
    byte[] before = last.clone();
    for (int room : rooms(needed)) {
      byte[] out = Sample.filled(room + 3);
      Refused.with(ShortBufferException.class, () -> cipher.doFinal(last, 0, last.length, out, 3));
      assertArrayEquals(Sample.filled(room + 3), out);
      Refused.with(
          ShortBufferException.class,
          () -> cipher.doFinal(last, 0, last.length, last, last.length - Math.min(room, 9)));
      assertArrayEquals(before, last);
      assertEquals(needed, cipher.getOutputSize(last.length));
    }
    byte[] result = new byte[needed];
    assertEquals(needed, cipher.doFinal(last, 0, last.length, result, 0));
    return result;
  }

  @EveryEngine
  void withoutInput(TestEngine engine) throws GeneralSecurityException {
    Cipher sealing = engine.sealing();
    sealing.update(PLAINTEXT);
    Refused.with(ShortBufferException.class, () -> sealing.doFinal(new byte[240], 0));
    byte[] envelope = new byte[241];
    assertEquals(241, sealing.doFinal(envelope, 0));
    Cipher opening = engine.opening();
    opening.update(envelope);
    Refused.with(ShortBufferException.class, () -> opening.doFinal(new byte[90], 1));
    assertArrayEquals(PLAINTEXT, opening.doFinal());
  }

  @EveryEngine
  void intoBuffersOfEveryKind(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealed(PLAINTEXT.length);
    for (BufferKind in : BufferKind.values()) {
      for (BufferKind out : BufferKind.writable().toList()) {
        byte[] sealed = afterRefusals(engine.sealing(), in.holding(PLAINTEXT), out, 241);
        assertArrayEquals(PLAINTEXT, engine.opening().doFinal(sealed));
        byte[] opened = afterRefusals(engine.opening(), in.holding(envelope), out, 90);
        assertArrayEquals(PLAINTEXT, opened);
      }
    }
  }

  private static byte[] afterRefusals(Cipher cipher, ByteBuffer in, BufferKind kind, int needed)
      throws GeneralSecurityException {
    int inLimit = in.limit();
    byte[] inBefore = BufferKind.everyByteOf(in);
    for (int room : rooms(needed)) {
      ByteBuffer out = kind.withRoom(room);
      Refused.with(ShortBufferException.class, () -> cipher.doFinal(in, out));
      assertEquals(5, in.position());
      assertEquals(inLimit, in.limit());
      assertEquals(5, out.position());
      assertEquals(5 + room, out.limit());
      assertArrayEquals(Sample.filled(out.capacity()), BufferKind.everyByteOf(out));
      assertArrayEquals(inBefore, BufferKind.everyByteOf(in));
    }
    ByteBuffer out = kind.withRoom(needed);
    assertEquals(needed, cipher.doFinal(in, out));
    return Arrays.copyOfRange(BufferKind.everyByteOf(out), 5, 5 + needed);
  }

  @EveryEngine
  void anOffsetBehindTheArrayIsTooLittleRoom(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    byte[] out = new byte[10];
    Refused.with(ShortBufferException.class, () -> cipher.doFinal(PLAINTEXT, 0, 90, out, 11));
    Refused.with(ShortBufferException.class, () -> cipher.doFinal(out, 11));
    assertArrayEquals(PLAINTEXT, engine.opening().doFinal(cipher.doFinal(PLAINTEXT)));
  }

  @EveryEngine
  void aSealRunsOnce(TestEngine engine) throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec());
    for (int i = 0; i < 5; i++) {
      Refused.with(
          ShortBufferException.class, () -> cipher.doFinal(PLAINTEXT, 0, 90, new byte[240]));
    }
    assertEquals(0, key.wraps());
    assertEquals(241, cipher.doFinal(PLAINTEXT, 0, 90, new byte[241]));
    assertEquals(1, key.wraps());
  }

  @EveryEngine
  void anOpenThatLacksRoomTouchesNoKey(TestEngine engine) throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    byte[] envelope =
        engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec()).doFinal(Sample.plaintext(90));
    Cipher cipher = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
    Refused.with(
        ShortBufferException.class,
        () -> cipher.doFinal(envelope, 0, envelope.length, new byte[89]));
    assertEquals(0, key.unwraps());
    assertEquals(90, cipher.doFinal(envelope, 0, envelope.length, new byte[90]));
    assertEquals(1, key.unwraps());
  }
}
