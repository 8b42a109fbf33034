package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;

/** Any split of a long message, through every overload: what comes out is what one call gives. */
class PiecesTest {
  private static final int CHUNK = 16_384;
  private static final int[] SIZES = {1, CHUNK - 1, CHUNK, CHUNK + 1, 65_537, 5 * CHUNK, 300_000};

  /** One overload: takes a piece, gives what came out; the last one ends the message. */
  private interface Call {
    byte[] give(Cipher cipher, byte[] piece, boolean last) throws GeneralSecurityException;
  }

  private static final List<Call> CALLS =
      List.of(
          (c, in, last) -> last ? c.doFinal(in) : orNothing(c.update(in)),
          PiecesTest::slices,
          PiecesTest::intoArray,
          PiecesTest::inPlace,
          (c, in, last) -> buffers(c, in, last, BufferKind.HEAP, BufferKind.HEAP_SLICE),
          (c, in, last) -> buffers(c, in, last, BufferKind.READ_ONLY_HEAP, BufferKind.DIRECT),
          (c, in, last) -> buffers(c, in, last, BufferKind.DIRECT, BufferKind.HEAP),
          (c, in, last) -> buffers(c, in, last, BufferKind.DIRECT_SLICE, BufferKind.DIRECT_SLICE));

  private static byte[] orNothing(byte[] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  private static byte[] slices(Cipher cipher, byte[] in, boolean last)
      throws GeneralSecurityException {
    byte[] padded = ReferenceEnvelope.concat(new byte[3], in, new byte[2]);
    return last
        ? cipher.doFinal(padded, 3, in.length)
        : orNothing(cipher.update(padded, 3, in.length));
  }

  private static byte[] intoArray(Cipher cipher, byte[] in, boolean last)
      throws GeneralSecurityException {
    byte[] out = Sample.filled(cipher.getOutputSize(in.length) + 9);
    int length =
        last ? cipher.doFinal(in, 0, in.length, out, 4) : cipher.update(in, 0, in.length, out, 4);
    return result(out, 4, length);
  }

  /** Output begins where the input does. */
  private static byte[] inPlace(Cipher cipher, byte[] in, boolean last)
      throws GeneralSecurityException {
    byte[] array = Sample.filled(Math.max(in.length, cipher.getOutputSize(in.length)) + 9);
    System.arraycopy(in, 0, array, 4, in.length);
    int length =
        last
            ? cipher.doFinal(array, 4, in.length, array, 4)
            : cipher.update(array, 4, in.length, array, 4);
    byte[] expected = Arrays.copyOfRange(in, Math.min(length, in.length), in.length);
    byte[] behind = Arrays.copyOfRange(array, 4 + length, 4 + length + expected.length);
    assertArrayEquals(expected, behind, "input behind the output");
    return Arrays.copyOfRange(array, 4, 4 + length);
  }

  private static byte[] buffers(
      Cipher cipher, byte[] in, boolean last, BufferKind source, BufferKind target)
      throws GeneralSecurityException {
    ByteBuffer from = source.holding(in);
    ByteBuffer to = target.withRoom(cipher.getOutputSize(in.length) + 2);
    int limit = from.limit();
    int length = last ? cipher.doFinal(from, to) : cipher.update(from, to);
    assertEquals(limit, from.position());
    assertEquals(limit, from.limit());
    assertEquals(5 + length, to.position());
    return result(BufferKind.everyByteOf(to), 5, length);
  }

  /** What was written, when everything beside it is as it was. */
  private static byte[] result(byte[] out, int start, int length) {
    byte[] result = Arrays.copyOfRange(out, start, start + length);
    Arrays.fill(out, start, start + length, Sample.filled(1)[0]);
    assertArrayEquals(Sample.filled(out.length), out, "bytes beside the output");
    return result;
  }

  private static byte[] inPieces(Cipher cipher, byte[] in, Random random, Progress progress)
      throws GeneralSecurityException {
    byte[] all = {};
    int from = 0;
    while (true) {
      boolean last = random.nextInt(9) == 0;
      int left = in.length - from;
      int length = last ? left : Math.min(left, random.nextInt(random.nextBoolean() ? 90 : 60_000));
      byte[] piece = Arrays.copyOfRange(in, from, from + length);
      from += length;
      int announced = cipher.getOutputSize(length);
      byte[] out = CALLS.get(random.nextInt(CALLS.size())).give(cipher, piece, last);
      assertTrue(out.length <= announced, "getOutputSize is no upper bound");
      all = ReferenceEnvelope.concat(all, out);
      if (last) {
        return all;
      }
      assertEquals(progress.after(from), all.length, "out after " + from + " bytes in");
    }
  }

  /** How much has come out once so much went in, before the end. */
  private interface Progress {
    int after(int in);
  }

  @EveryEngine
  void anySplit(TestEngine engine) throws GeneralSecurityException {
    // [envelope-46] [envelope-54]
    Random random = Sample.random("PiecesTest.anySplit " + engine);
    Cipher forced = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.chunked());
    Cipher automatic = engine.sealing();
    Cipher opening = engine.opening();
    Progress whenForced = in -> in == 0 ? 0 : 179 + in / CHUNK * (CHUNK + 16);
    Progress whenSure = in -> in <= 65_536 ? 0 : whenForced.after(in);
    Progress whenOpened = in -> Math.max(0, in - 179) / (CHUNK + 16) * CHUNK;
    for (int round = 0; round < 3; round++) {
      for (int size : SIZES) {
        byte[] plaintext = Sample.plaintext(size);
        byte[] envelope = inPieces(forced, plaintext, random, whenForced);
        assertEquals(Sample.chunkedLength(size), envelope.length);
        assertArrayEquals(
            plaintext, ReferenceEnvelope.of(Sample.context()).chunked().open(envelope));
        assertArrayEquals(plaintext, inPieces(opening, envelope, random, whenOpened));
        byte[] other = inPieces(automatic, plaintext, random, whenSure);
        assertArrayEquals(plaintext, opening.doFinal(other));
      }
    }
  }

  @EveryEngine
  void whatTheReferenceSealsOpens(TestEngine engine) throws GeneralSecurityException {
    // [envelope-41] [envelope-43] [envelope-44]
    Random random = Sample.random("PiecesTest.reference " + engine);
    Progress any = in -> Math.max(0, in - 179) / (CHUNK + 16) * CHUNK;
    for (int size : new int[] {0, 1, CHUNK, 3 * CHUNK + 1, 70_000}) {
      ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
      reference.plaintext = Sample.plaintext(size);
      byte[] envelope = reference.seal();
      assertArrayEquals(reference.plaintext, engine.opening().doFinal(envelope));
      assertArrayEquals(reference.plaintext, inPieces(engine.opening(), envelope, random, any));
      byte[] inPlace = envelope.clone();
      int length = engine.opening().doFinal(inPlace, 0, inPlace.length, inPlace, 0);
      assertArrayEquals(reference.plaintext, Arrays.copyOf(inPlace, length));
    }
  }

  @EveryEngine
  void byteByByte(TestEngine engine) throws GeneralSecurityException {
    byte[] plaintext = Sample.plaintext(CHUNK + 5);
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.chunked());
    byte[] envelope = byteByByte(sealing, plaintext);
    assertArrayEquals(plaintext, byteByByte(engine.opening(), envelope));
  }

  private static byte[] byteByByte(Cipher cipher, byte[] in) throws GeneralSecurityException {
    byte[] out = new byte[2 * in.length + 300];
    int written = 0;
    for (int i = 0; i < in.length; i++) {
      written += cipher.update(in, i, 1, out, written);
    }
    return Arrays.copyOf(out, written + cipher.doFinal(out, written));
  }
}
