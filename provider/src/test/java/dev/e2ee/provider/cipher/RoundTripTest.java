package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;

/** What goes in comes out, at every size and through every overload. */
class RoundTripTest {
  private static final int[] SIZES = {
    0, 1, 11, 12, 13, 15, 16, 17, 27, 28, 29, 31, 32, 33, 63, 64, 65, 255, 256, 257, 4095, 4096,
    4097, 8191, 8192, 8193, 16383, 16384, 16385, 32768, 65385, 65535, 65536
  };
  private static final int MOST = 16 << 20;

  @FunctionalInterface
  private interface Update {
    byte[] feed(Cipher cipher, byte[] piece) throws GeneralSecurityException;
  }

  @FunctionalInterface
  private interface Finish {
    byte[] end(Cipher cipher, byte[] last) throws GeneralSecurityException;
  }

  private static final List<Update> UPDATES =
      List.of(
          (c, in) -> c.update(in),
          (c, in) -> c.update(padded(in), 3, in.length),
          (c, in) -> new byte[c.update(padded(in), 3, in.length, new byte[0])],
          (c, in) -> new byte[c.update(padded(in), 3, in.length, new byte[5], 5)],
          (c, in) -> new byte[c.update(ByteBuffer.wrap(in), ByteBuffer.allocateDirect(0))]);

  private static final List<Finish> FINISHES =
      List.of(
          (c, in) -> c.doFinal(in),
          (c, in) -> c.doFinal(padded(in), 3, in.length),
          (c, in) -> {
            byte[] out = new byte[c.getOutputSize(in.length)];
            return Arrays.copyOf(out, c.doFinal(padded(in), 3, in.length, out));
          },
          (c, in) -> {
            byte[] out = new byte[c.getOutputSize(in.length) + 9];
            int length = c.doFinal(padded(in), 3, in.length, out, 7);
            return Arrays.copyOfRange(out, 7, 7 + length);
          },
          (c, in) -> {
            ByteBuffer out = ByteBuffer.allocateDirect(c.getOutputSize(in.length));
            byte[] result = new byte[c.doFinal(ByteBuffer.wrap(in), out)];
            out.flip().get(result);
            return result;
          },
          (c, in) -> {
            c.update(in);
            return c.doFinal();
          },
          (c, in) -> {
            c.update(in);
            byte[] out = new byte[c.getOutputSize(0) + 2];
            int length = c.doFinal(out, 1);
            return Arrays.copyOfRange(out, 1, 1 + length);
          });

  private static byte[] padded(byte[] in) {
    return ReferenceEnvelope.concat(new byte[3], in, new byte[2]);
  }

  @EveryEngine
  void everySizeOpensHereAndByTheReference(TestEngine engine) throws GeneralSecurityException {
    for (int size : SIZES) {
      byte[] plaintext = Sample.plaintext(size);
      byte[] envelope = engine.sealed(size);
      // [envelope-25] [envelope-19]
      assertArrayEquals(plaintext, ReferenceEnvelope.of(Sample.context()).open(envelope));
      assertArrayEquals(plaintext, engine.opening().doFinal(envelope));
      ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
      reference.plaintext = plaintext;
      assertArrayEquals(plaintext, engine.opening().doFinal(reference.seal()));
    }
  }

  @EveryEngine
  void upTo16MebibytesWhenForced(TestEngine engine) throws GeneralSecurityException {
    // [envelope-28] [envelope-9]
    for (int size : new int[] {0, 65537, 1 << 20, MOST - 1, MOST}) {
      byte[] plaintext = Sample.plaintext(size);
      Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
      byte[] envelope = sealing.doFinal(plaintext);
      assertEquals(size + Sample.OVERHEAD, envelope.length);
      assertArrayEquals(plaintext, engine.opening().doFinal(envelope));
    }
  }

  @EveryEngine
  void refusesOverTheCap(TestEngine engine) throws GeneralSecurityException {
    // [envelope-28]
    Cipher forced = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    Refused.with(IllegalBlockSizeException.class, () -> forced.doFinal(new byte[MOST + 1]));
    Refused.with(IllegalStateException.class, () -> forced.doFinal(new byte[1]));
    Cipher piecewise = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    piecewise.update(new byte[MOST]);
    Refused.with(IllegalStateException.class, () -> piecewise.update(new byte[1]));
    Refused.with(IllegalStateException.class, () -> piecewise.doFinal());
    Cipher last = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    last.update(new byte[MOST - 5]);
    Refused.with(IllegalBlockSizeException.class, () -> last.doFinal(new byte[6]));
    Refused.with(IllegalStateException.class, () -> last.doFinal());
  }

  @EveryEngine
  void everyPairOfOverloads(TestEngine engine) throws GeneralSecurityException {
    byte[] plaintext = Sample.plaintext(1000);
    for (Update update : UPDATES) {
      for (Finish finish : FINISHES) {
        byte[] envelope = run(engine.sealing(), plaintext, 400, update, finish);
        assertArrayEquals(plaintext, ReferenceEnvelope.of(Sample.context()).open(envelope));
        assertArrayEquals(plaintext, run(engine.opening(), envelope, 140, update, finish));
      }
    }
  }

  private static byte[] run(Cipher cipher, byte[] in, int cut, Update update, Finish finish)
      throws GeneralSecurityException {
    byte[] early = update.feed(cipher, Arrays.copyOf(in, cut));
    assertEquals(0, early.length, "update gives nothing out");
    return finish.end(cipher, Arrays.copyOfRange(in, cut, in.length));
  }

  @EveryEngine
  void randomPieces(TestEngine engine) throws GeneralSecurityException {
    Random random = Sample.random("RoundTripTest.randomPieces " + engine);
    for (int round = 0; round < 40; round++) {
      byte[] plaintext = Sample.plaintext(random.nextInt(65537));
      byte[] envelope = inPieces(engine.sealing(), plaintext, random);
      assertFalse(Arrays.equals(envelope, engine.sealing().doFinal(plaintext)));
      assertArrayEquals(plaintext, inPieces(engine.opening(), envelope, random));
    }
  }

  private static byte[] inPieces(Cipher cipher, byte[] in, Random random)
      throws GeneralSecurityException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Integer> cuts = new ArrayList<>(List.of(0, in.length));
    for (int i = random.nextInt(12); i > 0; i--) {
      cuts.add(random.nextInt(in.length + 1));
    }
    cuts.sort(null);
    for (int i = 1; i < cuts.size(); i++) {
      byte[] piece = Arrays.copyOfRange(in, cuts.get(i - 1), cuts.get(i));
      if (piece.length > 0) {
        out.writeBytes(UPDATES.get(random.nextInt(UPDATES.size())).feed(cipher, piece));
      }
    }
    out.writeBytes(cipher.doFinal());
    return out.toByteArray();
  }

  @EveryEngine
  void emptyMessageWithoutAnyInput(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealing().doFinal();
    assertEquals(Sample.OVERHEAD, envelope.length);
    assertEquals(0, engine.opening().doFinal(envelope).length);
    byte[] out = Sample.filled(4);
    assertEquals(0, engine.opening().doFinal(envelope, 0, envelope.length, out, 4));
    assertArrayEquals(Sample.filled(4), out);
  }

  @EveryEngine
  void badArgumentsChangeNothing(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    cipher.update(Sample.plaintext(10));
    byte[] ten = new byte[10];
    Refused.with(IllegalArgumentException.class, () -> cipher.doFinal(null));
    Refused.with(IllegalArgumentException.class, () -> cipher.doFinal((byte[]) null, 0));
    Refused.with(IllegalArgumentException.class, () -> cipher.doFinal(ten, 5, 6));
    Refused.with(IllegalArgumentException.class, () -> cipher.doFinal(ten, -1, 6));
    Refused.with(IllegalArgumentException.class, () -> cipher.doFinal(ten, 0, 1, ten, -1));
    Refused.with(IllegalArgumentException.class, () -> cipher.update(null));
    Refused.with(IllegalArgumentException.class, () -> cipher.update(ten, 0, 11));
    assertArrayEquals(Sample.plaintext(10), engine.opening().doFinal(cipher.doFinal()));
  }
}
