package dev.e2ee.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeSeekableChannel;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Positions that no int holds, in envelopes that no disk holds; and many threads at once. */
class FarSeekTest {
  private static final int CHUNK = 16_384;

  private static EnvelopeSeekableChannel open(Sources.Endless source)
      throws GeneralSecurityException, IOException {
    return Envelope.with(Sample.umk()).openingAnywhere(source, Sample.context());
  }

  /** The byte of the plaintext at a place. */
  private static byte at(long place) {
    return (byte) ((place / CHUNK) >>> (56 - 8 * (place % 8)));
  }

  @Test
  void farPositions() throws GeneralSecurityException, IOException {
    // [envelope-45] [envelope-52] [envelope-53]
    Random random = Sample.random("FarSeekTest.farPositions");
    for (long size :
        new long[] {(1L << 31) + 9, (1L << 32) + CHUNK, 5_000_000_000_000L, (1L << 52) - 1}) {
      try (EnvelopeSeekableChannel channel = open(new Sources.Endless(size))) {
        assertEquals(size, channel.size());
        long[] fixed = {0, (1L << 31) - 20, 1L << 31, size - 50, size - 1, size, size + 5};
        for (long position :
            LongStream.concat(LongStream.of(fixed), random.longs(20, 0, size)).toArray()) {
          ByteBuffer target = ByteBuffer.allocate(40);
          int given = channel.position(position).read(target);
          assertEquals(position < size ? Math.min(40, size - position) : -1, given);
          for (int i = 0; i < given; i++) {
            assertEquals(at(position + i), target.get(i), "at " + (position + i));
          }
          assertEquals(position + Math.max(0, given), channel.position());
        }
        assertEquals(-1, channel.position(Long.MAX_VALUE).read(ByteBuffer.allocate(1)));
      }
    }
  }

  @Test
  void whatIsTooLongForTheFormatIsMalformed() throws IOException {
    // [envelope-9] [envelope-45]
    Sources.Endless most = new Sources.Endless((1L << 52) - 1);
    byte[] start = new byte[195];
    ByteBuffer target = ByteBuffer.wrap(start);
    while (target.hasRemaining()) {
      most.read(target);
    }
    Refused.with(MalformedEnvelopeException.class, () -> Envelope.inspect(start, most.size() + 1));
    Refused.with(MalformedEnvelopeException.class, () -> open(new Sources.Endless(1L << 52)));
  }

  @Test
  void inspectTellsTheLengthFromTheStart() throws GeneralSecurityException, IOException {
    // [envelope-11]
    Sources.Endless source = new Sources.Endless(5_000_000_000_000L);
    ByteBuffer start = ByteBuffer.allocate(195);
    while (start.hasRemaining()) {
      source.read(start);
    }
    EnvelopeInfo info = Envelope.inspect(start.array(), source.size());
    assertEquals(5_000_000_000_000L, info.plaintextLength());
    assertEquals(123, info.headerLength());
  }

  /** Every byte goes to one thread only, and pieces are whole. */
  @Test
  void manyThreadsOneAtATime() throws Exception {
    int chunks = 40;
    EnvelopeSeekableChannel channel = open(new Sources.Endless((long) chunks * CHUNK));
    ConcurrentLinkedQueue<Long> seen = new ConcurrentLinkedQueue<>();
    Callable<Void> reader =
        () -> {
          ByteBuffer target = ByteBuffer.allocate(CHUNK);
          while (channel.read(target.clear()) >= 0) {
            target.flip();
            assertEquals(CHUNK, target.remaining());
            long number = target.getLong(0);
            assertArrayEquals(Sources.Endless.plaintext(number, CHUNK), target.array());
            seen.add(number);
          }
          return null;
        };
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try {
      for (Future<Void> end :
          pool.invokeAll(IntStream.range(0, 6).mapToObj(i -> reader).toList())) {
        end.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertArrayEquals(
        LongStream.range(0, chunks).toArray(),
        seen.stream().mapToLong(Long::longValue).sorted().toArray());
    assertTrue(channel.isOpen());
  }
}
