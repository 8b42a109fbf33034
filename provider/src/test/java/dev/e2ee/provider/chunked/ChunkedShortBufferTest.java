package dev.e2ee.provider.chunked;

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
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** One byte too little room for what a call gives: told before anything happens, at every call. */
class ChunkedShortBufferTest {
  private static final int CHUNK = 16_384;
  private static final byte[] PLAINTEXT = Sample.plaintext(4 * CHUNK + 3000);

  /** How much has come out in all once so much went in. */
  private interface Progress {
    int after(int in, boolean last);
  }

  private static final Progress SEALING =
      (in, last) -> last ? Sample.chunkedLength(in) : in == 0 ? 0 : 179 + in / CHUNK * (CHUNK + 16);

  private static final Progress OPENING =
      (in, last) -> last ? PLAINTEXT.length : Math.max(0, in - 179) / (CHUNK + 16) * CHUNK;

  private interface Call {
    byte[] give(Cipher cipher, byte[] piece, int needed, boolean last)
        throws GeneralSecurityException;
  }

  private static byte[] inPieces(
      Cipher cipher, byte[] in, Random random, Progress progress, Call call)
      throws GeneralSecurityException {
    byte[] all = {};
    for (int from = 0; from < in.length; ) {
      int length = Math.min(1 + random.nextInt(40_000), in.length - from);
      byte[] piece = Arrays.copyOfRange(in, from, from + length);
      from += length;
      boolean last = from == in.length;
      int needed = progress.after(from, last) - all.length;
      all = ReferenceEnvelope.concat(all, call.give(cipher, piece, needed, last));
    }
    return all;
  }

  private static int[] rooms(int needed) {
    return needed == 0 ? new int[0] : new int[] {0, 1, needed / 2, needed - 1};
  }

  private static byte[] arrays(Cipher cipher, byte[] piece, int needed, boolean last)
      throws GeneralSecurityException {
    byte[] before = piece.clone();
    for (int room : rooms(needed)) {
      byte[] out = Sample.filled(room + 3);
      Refused.with(ShortBufferException.class, () -> give(cipher, piece, out, 3, last));
      assertArrayEquals(Sample.filled(room + 3), out);
      int inside = piece.length - Math.min(room, piece.length);
      Refused.with(ShortBufferException.class, () -> give(cipher, piece, piece, inside, last));
      assertArrayEquals(before, piece);
    }
    byte[] out = new byte[needed];
    assertEquals(needed, give(cipher, piece, out, 0, last));
    return out;
  }

  private static int give(Cipher cipher, byte[] piece, byte[] out, int offset, boolean last)
      throws GeneralSecurityException {
    return last
        ? cipher.doFinal(piece, 0, piece.length, out, offset)
        : cipher.update(piece, 0, piece.length, out, offset);
  }

  private static Call buffers(BufferKind source, BufferKind target) {
    return (cipher, piece, needed, last) -> {
      ByteBuffer in = source.holding(piece);
      byte[] before = BufferKind.everyByteOf(in);
      for (int room : rooms(needed)) {
        ByteBuffer out = target.withRoom(room);
        Refused.with(ShortBufferException.class, () -> give(cipher, in, out, last));
        assertEquals(5, in.position());
        assertEquals(5 + piece.length, in.limit());
        assertEquals(5, out.position());
        assertArrayEquals(Sample.filled(out.capacity()), BufferKind.everyByteOf(out));
        assertArrayEquals(before, BufferKind.everyByteOf(in));
      }
      ByteBuffer out = target.withRoom(needed);
      assertEquals(needed, give(cipher, in, out, last));
      return Arrays.copyOfRange(BufferKind.everyByteOf(out), 5, 5 + needed);
    };
  }

  private static int give(Cipher cipher, ByteBuffer in, ByteBuffer out, boolean last)
      throws GeneralSecurityException {
    return last ? cipher.doFinal(in, out) : cipher.update(in, out);
  }

  private static void bothWays(TestEngine engine, Random random, Call call)
      throws GeneralSecurityException {
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.chunked());
    byte[] envelope = inPieces(sealing, PLAINTEXT, random, SEALING, call);
    assertArrayEquals(PLAINTEXT, ReferenceEnvelope.of(Sample.context()).chunked().open(envelope));
    assertArrayEquals(PLAINTEXT, inPieces(engine.opening(), envelope, random, OPENING, call));
  }

  @EveryEngine
  void everyCallIntoArrays(TestEngine engine) throws GeneralSecurityException {
    Random random = Sample.random("ChunkedShortBufferTest.arrays " + engine);
    for (int round = 0; round < 10; round++) {
      bothWays(engine, random, ChunkedShortBufferTest::arrays);
    }
  }

  @EveryEngine
  void everyCallIntoBuffers(TestEngine engine) throws GeneralSecurityException {
    Random random = Sample.random("ChunkedShortBufferTest.buffers " + engine);
    for (BufferKind source : BufferKind.values()) {
      for (BufferKind target : BufferKind.writable().toList()) {
        bothWays(engine, random, buffers(source, target));
      }
    }
  }

  @EveryEngine
  void noKeyIsTouchedForACallThatLacksRoom(TestEngine engine) throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec());
    byte[] envelope = new byte[Sample.chunkedLength(PLAINTEXT.length)];
    for (int i = 0; i < 3; i++) {
      Refused.with(
          ShortBufferException.class,
          () -> sealing.doFinal(PLAINTEXT, 0, PLAINTEXT.length, envelope, 1));
      Refused.with(
          ShortBufferException.class,
          () -> sealing.update(PLAINTEXT, 0, PLAINTEXT.length, envelope, 3100));
    }
    assertEquals(0, key.wraps());
    sealing.doFinal(PLAINTEXT, 0, PLAINTEXT.length, envelope);
    assertEquals(1, key.wraps());
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec());
    byte[] less = new byte[CHUNK - 1];
    Refused.with(
        ShortBufferException.class, () -> opening.update(envelope, 0, 179 + CHUNK + 16, less));
    Refused.with(
        ShortBufferException.class, () -> opening.doFinal(envelope, 0, envelope.length, less));
    assertEquals(0, key.unwraps());
    assertArrayEquals(PLAINTEXT, opening.doFinal(envelope));
    assertEquals(1, key.unwraps());
  }
}
