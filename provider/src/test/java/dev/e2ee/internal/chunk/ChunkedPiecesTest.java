package dev.e2ee.internal.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceChunks;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** The primitive: in pieces of any size, it is what the reference makes in one. */
class ChunkedPiecesTest {
  private static final int[] SIZES = {
    0, 1, 16, 16383, 16384, 16385, 32767, 32768, 32769, 5 * 16384, 100_000, 400_000
  };
  private static final byte[] CONTEXT = {1, 2, 3};

  private final byte[] dek = ReferenceEnvelope.random(32);
  private final byte[] salt = ReferenceEnvelope.random(24);
  private final ReferenceChunks reference = ReferenceChunks.of(dek, salt, CONTEXT);

  private ChunkedWriter writer(Engine engine) {
    try (SecretBytes key = SecretBytes.copyOf(dek)) {
      return new ChunkedWriter(engine, key, salt, CONTEXT, 1);
    }
  }

  private ChunkedReader reader(Engine engine) throws AEADBadTagException {
    try (SecretBytes key = SecretBytes.copyOf(dek)) {
      return ChunkedReader.start(engine, key, reference.head(), CONTEXT, 1);
    }
  }

  /** One call, after which the array beside the result is as it was. */
  private interface Call {
    int into(byte[] out, int offset) throws AEADBadTagException;
  }

  private static byte[] exactly(long announced, Call call) throws AEADBadTagException {
    byte[] out = Sample.filled((int) announced + 9);
    int written = call.into(out, 4);
    assertEquals(announced, written);
    byte[] result = Arrays.copyOfRange(out, 4, 4 + written);
    Arrays.fill(out, 4, 4 + written, Sample.filled(1)[0]);
    assertArrayEquals(Sample.filled(out.length), out, "bytes beside the output");
    return result;
  }

  private static int piece(Random random, int left) {
    int most = random.nextBoolean() ? 40 : random.nextInt(8) == 0 ? 300_000 : 40_000;
    return Math.min(left, random.nextInt(most));
  }

  @EveryEngine
  void anyPiecesGiveTheBytesOfTheReference(TestEngine engine) throws AEADBadTagException {
    // [envelope-41] [envelope-43] [envelope-44] [envelope-54]
    Random random = Sample.random("ChunkedPiecesTest " + engine);
    for (int size : SIZES) {
      byte[] plaintext = new byte[size];
      random.nextBytes(plaintext);
      byte[] body = reference.seal(plaintext);
      assertEquals(ChunkedBody.sealedLength(size), body.length);
      assertArrayEquals(body, sealed(engine.engine(), plaintext, random));
      assertArrayEquals(plaintext, opened(engine.engine(), body, random));
    }
  }

  private byte[] sealed(Engine engine, byte[] plaintext, Random random) throws AEADBadTagException {
    try (ChunkedWriter writer = writer(engine)) {
      byte[] all = writer.head();
      for (int from = 0; from < plaintext.length; ) {
        int start = from;
        int length = piece(random, plaintext.length - from);
        Call update = (out, offset) -> writer.update(plaintext, start, length, out, offset);
        all = ReferenceEnvelope.concat(all, exactly(writer.outputLength(length, false), update));
        from += length;
        assertEquals(from, writer.plaintextLength());
      }
      byte[] last = exactly(writer.outputLength(0, true), writer::finish);
      return ReferenceEnvelope.concat(all, last);
    }
  }

  private byte[] opened(Engine engine, byte[] body, Random random) throws AEADBadTagException {
    try (ChunkedReader reader = reader(engine)) {
      byte[] all = {};
      for (int from = ChunkedBody.HEAD; from < body.length; ) {
        int start = from;
        int length = piece(random, body.length - from);
        boolean ours = random.nextBoolean();
        Call update = (out, offset) -> reader.update(body, start, length, out, offset, ours);
        all = ReferenceEnvelope.concat(all, exactly(reader.outputLength(length, false), update));
        from += length;
      }
      byte[] last = exactly(reader.outputLength(0, true), reader::finish);
      return ReferenceEnvelope.concat(all, last);
    }
  }

  @EveryEngine
  void ofARefusedCallNoByteStays(TestEngine engine) throws AEADBadTagException {
    byte[] body = reference.seal(Sample.plaintext(3 * ChunkedBody.CHUNK + 5));
    body[ChunkedBody.HEAD + 2 * ChunkedBody.SEALED_CHUNK - 1] ^= 1;
    for (boolean ours : new boolean[] {false, true}) {
      byte[] out = Sample.filled(3 * ChunkedBody.CHUNK + 9);
      try (ChunkedReader reader = reader(engine.engine())) {
        int length = body.length - ChunkedBody.HEAD;
        Refused.with(
            AEADBadTagException.class,
            () -> reader.update(body, ChunkedBody.HEAD, length, out, 4, ours));
      }
      byte[] zeros = Sample.filled(out.length);
      Arrays.fill(zeros, 4, 4 + 3 * ChunkedBody.CHUNK, (byte) 0);
      assertArrayEquals(zeros, out);
    }
  }

  @EveryEngine
  void aBadLastChunkTouchesNoByte(TestEngine engine) throws AEADBadTagException {
    // [envelope-30]
    byte[] body = reference.seal(Sample.plaintext(1000));
    body[body.length - 1] ^= 1;
    byte[] out = Sample.filled(1000);
    try (ChunkedReader reader = reader(engine.engine())) {
      int length = body.length - ChunkedBody.HEAD;
      assertEquals(0, reader.update(body, ChunkedBody.HEAD, length, out, 0, false));
      Refused.with(AEADBadTagException.class, () -> reader.finish(out, 0));
    }
    assertArrayEquals(Sample.filled(1000), out);
  }

  @EveryEngine
  void everyCommitmentByteCounts(TestEngine engine) {
    // [envelope-42]
    byte[] otherKey = dek.clone();
    otherKey[31] ^= 1;
    refusesToStart(engine, otherKey, reference.head(), CONTEXT);
    refusesToStart(engine, dek, reference.head(), new byte[] {1, 2});
    refusesToStart(engine, dek, reference.head(), new byte[] {1, 2, 3, 0});
    for (int index = 0; index < ChunkedBody.HEAD; index++) {
      byte[] head = reference.head();
      head[index] ^= (byte) 0x80;
      refusesToStart(engine, dek, head, CONTEXT);
    }
  }

  private static void refusesToStart(TestEngine engine, byte[] key, byte[] head, byte[] context) {
    SecretBytes secret = SecretBytes.copyOf(key);
    Refused.with(
        AEADBadTagException.class,
        () -> ChunkedReader.start(engine.engine(), secret, head, context, 1));
    Refused.with(
        AEADBadTagException.class,
        () -> ChunkedAccess.start(engine.engine(), secret, head, context));
  }

  @EveryEngine
  void chunksOpenInTheirPlaceOnly(TestEngine engine) throws AEADBadTagException {
    // [envelope-44] [envelope-52]
    SecretBytes key = SecretBytes.copyOf(dek);
    long[] numbers = {0, 1, 2, 255, 256, 65_535, 1L << 31, 1L << 32, (1L << 38) - 1};
    byte[] part = Sample.plaintext(100);
    try (ChunkedAccess access =
        ChunkedAccess.start(engine.engine(), key, reference.head(), CONTEXT)) {
      for (long sealedAs : numbers) {
        byte[] sealed = reference.chunk(sealedAs, part);
        for (long openedAs : numbers) {
          byte[] out = Sample.filled(200);
          if (sealedAs == openedAs) {
            assertEquals(100, access.open(openedAs, sealed, out));
            assertArrayEquals(part, Arrays.copyOf(out, 100));
          } else {
            Refused.with(AEADBadTagException.class, () -> access.open(openedAs, sealed, out));
            assertArrayEquals(Sample.filled(200), out);
          }
        }
      }
      byte[] beyond = reference.chunk(1L << 38, part);
      // [envelope-45]
      Refused.with(IllegalStateException.class, () -> access.open(1L << 38, beyond, new byte[100]));
    }
  }

  @Test
  void takesKeysAndHeadsOfTheRightLengthOnly() {
    Engine engine = Engine.jdk();
    for (int length : new int[] {0, 31, 33, 64}) {
      SecretBytes key = SecretBytes.copyOf(new byte[length]);
      Refused.with(
          IllegalArgumentException.class,
          () -> ChunkedReader.start(engine, key, new byte[56], CONTEXT, 1));
      Refused.with(
          IllegalArgumentException.class,
          () -> new ChunkedWriter(engine, key, new byte[24], CONTEXT, 1));
    }
    SecretBytes key = SecretBytes.copyOf(new byte[32]);
    for (int length : new int[] {0, 24, 55, 57}) {
      Refused.with(
          IllegalArgumentException.class,
          () -> ChunkedReader.start(engine, key, new byte[length], CONTEXT, 1));
    }
    Refused.with(
        IllegalArgumentException.class,
        () -> new ChunkedWriter(engine, key, new byte[23], CONTEXT, 1));
  }
}
