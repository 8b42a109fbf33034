package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.Tampered;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** THREATS.md, rows 1, 6, 7 and 14, for suite 2: every kind of fault, through the cipher. */
class TamperingTest {
  private static final int CHUNK = 16_384;
  private static final int LENGTH = 3 * CHUNK + 5000;

  private static List<Tampered> faults(TestEngine engine) throws GeneralSecurityException {
    return Tampered.all(engine.chunked(LENGTH), engine.chunked(LENGTH));
  }

  @EveryEngine
  void theWholeAtOnceGivesNothing(TestEngine engine) throws GeneralSecurityException {
    // [envelope-29] [envelope-39] [envelope-42] [envelope-48]
    for (Tampered fault : faults(engine)) {
      Cipher cipher = engine.opening();
      Refused.with(fault.whole(), () -> cipher.doFinal(fault.bytes()));
      assertDead(cipher);
      Cipher intoArray = engine.opening();
      byte[] out = Sample.filled(2 * LENGTH);
      Refused.with(
          fault.whole(), () -> intoArray.doFinal(fault.bytes(), 0, fault.bytes().length, out, 7));
      assertNothingOf(out, 7, fault);
      assertDead(intoArray);
    }
  }

  /** Zero where plaintext would have been, and as it was elsewhere. */
  private static void assertNothingOf(byte[] out, int start, Tampered fault) {
    assertArrayEquals(Sample.filled(start), Arrays.copyOf(out, start), fault.toString());
    int end = out.length;
    while (end > start && out[end - 1] == Sample.filled(1)[0]) {
      end--;
    }
    assertTrue(end <= start + fault.bytes().length, fault.toString());
    for (int i = start; i < end; i++) {
      assertEquals(0, out[i], () -> fault + " left plaintext in the output");
    }
  }

  private static void assertDead(Cipher cipher) {
    Refused.with(IllegalStateException.class, () -> cipher.update(new byte[5]));
    Refused.with(IllegalStateException.class, cipher::doFinal);
    Refused.with(IllegalStateException.class, () -> cipher.updateAAD(new byte[5]));
  }

  @EveryEngine
  void directBuffersStayAsTheyWere(TestEngine engine) throws GeneralSecurityException {
    // [envelope-30]
    for (Tampered fault : faults(engine)) {
      ByteBuffer in = BufferKind.READ_ONLY_DIRECT.holding(fault.bytes());
      ByteBuffer out = BufferKind.DIRECT.withRoom(2 * LENGTH);
      Cipher cipher = engine.opening();
      Refused.with(fault.whole(), () -> cipher.doFinal(in, out));
      assertArrayEquals(
          Sample.filled(out.capacity()), BufferKind.everyByteOf(out), fault.toString());
      assertEquals(5, out.position());
    }
  }

  @EveryEngine
  void inPiecesTheVerifiedBeginningComesOutAndNoMore(TestEngine engine)
      throws GeneralSecurityException {
    // [envelope-49] [envelope-50]
    Random random = Sample.random("TamperingTest " + engine);
    for (Tampered fault : faults(engine)) {
      for (int most : new int[] {16_400, 40_000}) {
        Cipher cipher = engine.opening();
        byte[] released = {};
        boolean complete = false;
        byte[] bytes = fault.bytes();
        try {
          for (int from = 0; from < bytes.length; ) {
            int length = Math.min(1 + random.nextInt(most), bytes.length - from);
            byte[] more = updated(cipher, bytes, from, length);
            assertTrue(more.length == 0 || !complete, () -> fault + ": went on after a fault");
            released = ReferenceEnvelope.concat(released, more);
            complete |= released.length == fault.intact() * CHUNK;
            from += length;
          }
        } catch (IllegalStateException e) {
          assertEquals(fault.streamed(), e.getCause().getClass(), fault.toString());
        }
        assertReleased(fault, released, most);
        Refused.with(fault.streamed(), cipher::doFinal);
        assertDead(cipher);
      }
    }
  }

  private static byte[] updated(Cipher cipher, byte[] bytes, int from, int length)
      throws ShortBufferException {
    byte[] out = Sample.filled(length + CHUNK + 10);
    int room = cipher.getOutputSize(length);
    assertTrue(room <= length + CHUNK);
    int written = cipher.update(bytes, from, length, out, 3);
    assertTrue(written <= room);
    byte[] beside = Arrays.copyOfRange(out, 3 + Math.max(written, room), out.length);
    assertArrayEquals(Sample.filled(beside.length), beside);
    return Arrays.copyOfRange(out, 3, 3 + written);
  }

  private static void assertReleased(Tampered fault, byte[] released, int most) {
    byte[] verified = Sample.plaintext(fault.intact() * CHUNK);
    assertTrue(released.length <= verified.length, fault::toString);
    assertArrayEquals(Arrays.copyOf(verified, released.length), released, fault.toString());
    if (most == 16_400) {
      assertEquals(verified.length, released.length, () -> fault + ": not all that is certain");
    }
  }

  @EveryEngine
  void everyCutInPieces(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.chunked(20);
    for (int length = 0; length < envelope.length; length++) {
      byte[] cut = Arrays.copyOf(envelope, length);
      Cipher cipher = engine.opening();
      for (byte b : cut) {
        byte[] early = cipher.update(new byte[] {b});
        assertTrue(early == null || early.length == 0);
      }
      Class<? extends Throwable> type =
          length < 195 ? MalformedEnvelopeException.class : AEADBadTagException.class;
      Refused.with(type, cipher::doFinal);
    }
  }

  /** Steps 3 to 6, and every chunk, fail with one message. */
  @EveryEngine
  void whatIsNotAuthenticSaysOneThing(TestEngine engine) throws GeneralSecurityException {
    // [envelope-29]
    List<String> messages =
        faults(engine).stream()
            .filter(fault -> fault.whole() == AEADBadTagException.class)
            .map(fault -> message(engine, fault))
            .distinct()
            .toList();
    assertEquals(1, messages.size(), messages::toString);
  }

  private static String message(TestEngine engine, Tampered fault) {
    Throwable e =
        Refused.with(
            fault.whole(), () -> engine.opening().doFinal(fault.bytes(), 0, fault.bytes().length));
    assertEquals(null, e.getCause());
    assertEquals(0, e.getSuppressed().length);
    return e.getMessage();
  }
}
