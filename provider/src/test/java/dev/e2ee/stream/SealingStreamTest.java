package dev.e2ee.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.envelope.Suite;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What {@link EnvelopeOutputStream} promises, sentence by sentence. */
class SealingStreamTest {
  private static final int CHUNK = 16_384;
  private static final byte[] LONG = Sample.plaintext(5 * CHUNK + 900);
  private static final List<BufferKind> KINDS = List.of(BufferKind.values());
  private static final byte[] SHORT = Sample.plaintext(500);

  private static EnvelopeOutputStream to(OutputStream sink) {
    return to(sink, null);
  }

  private static EnvelopeOutputStream to(OutputStream sink, Suite suite) {
    try {
      Envelope envelope = Envelope.with(Sample.umk());
      return (suite == null ? envelope : envelope.withSuite(suite)).sealing(sink, Sample.context());
    } catch (InvalidKeyException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] opened(Faulty.Sink sink) throws GeneralSecurityException {
    return Envelope.with(Sample.umk()).open(sink.bytes(), Sample.context());
  }

  @EveryEngine
  void sealsPiecesOfAnySize(TestEngine engine) throws GeneralSecurityException, IOException {
    Random random = Sample.random("SealingStreamTest " + engine);
    for (int size : new int[] {0, 1, 65_536, 65_537, 5 * CHUNK, 300_000}) {
      byte[] plaintext = Sample.plaintext(size);
      Faulty.Sink sink = new Faulty.Sink();
      try (Envelope envelope = Envelope.with(Sample.umk(), engine.provider());
          EnvelopeOutputStream out = envelope.sealing(sink, Sample.context())) {
        for (int from = 0; from < size; ) {
          int length = Math.min(size - from, random.nextInt(random.nextBoolean() ? 50 : 200_000));
          write(out, plaintext, from, length, random);
          from += length;
        }
        out.finish();
      }
      ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
      assertArrayEquals(
          plaintext, (size > 65_536 ? reference.chunked() : reference).open(sink.bytes()));
    }
  }

  private static void write(EnvelopeOutputStream out, byte[] in, int from, int length, Random r)
      throws IOException {
    if (length == 1) {
      out.write(in[from]);
    } else if (r.nextBoolean()) {
      out.write(in, from, length);
    } else {
      BufferKind kind = KINDS.get(r.nextInt(KINDS.size()));
      ByteBuffer source = kind.holding(Arrays.copyOfRange(in, from, from + length));
      assertEquals(length, out.write(source));
      assertFalse(source.hasRemaining());
    }
  }

  @Test
  void sealsBoundToRawBytesAndToNothing() throws GeneralSecurityException, IOException {
    byte[] aad = {1, 2, 3};
    for (byte[] bytes : List.of(aad, new byte[0])) {
      Faulty.Sink sink = new Faulty.Sink();
      byte[] changing = bytes.clone();
      EnvelopeOutputStream out = Envelope.with(Sample.umk()).sealing(sink, changing);
      Arrays.fill(changing, (byte) 9);
      out.write(LONG);
      out.finish();
      assertArrayEquals(LONG, Envelope.with(Sample.umk()).open(sink.bytes(), bytes));
    }
  }

  @Test
  void finishCompletesAndLeavesTheSinkOpen() throws GeneralSecurityException, IOException {
    for (byte[] plaintext : List.of(SHORT, LONG)) {
      Faulty.Sink sink = new Faulty.Sink();
      EnvelopeOutputStream out = to(sink);
      out.write(plaintext);
      assertEquals(0, sink.flushes());
      out.finish();
      assertArrayEquals(plaintext, opened(sink));
      assertEquals(1, sink.flushes());
      assertEquals(0, sink.closes());
      byte[] complete = sink.bytes();
      out.finish();
      out.flush();
      assertArrayEquals(complete, sink.bytes(), "a second call does nothing");
      Refused.with(IOException.class, () -> out.write(1));
      Refused.with(IOException.class, () -> out.write(ByteBuffer.allocate(1)));
      assertTrue(out.isOpen());
      out.close();
      out.close();
      assertFalse(out.isOpen());
      assertEquals(1, sink.closes());
      assertArrayEquals(complete, sink.bytes());
    }
  }

  @Test
  void afterCloseNothingWorks() throws IOException {
    EnvelopeOutputStream out = to(new Faulty.Sink());
    out.finish();
    out.close();
    Refused.with(IOException.class, () -> out.write(SHORT));
    Refused.with(IOException.class, out::finish);
    Refused.with(IOException.class, out::flush);
    assertThrows(ClosedChannelException.class, () -> out.write(ByteBuffer.allocate(1)));
  }

  @Test
  void staysInsideUntilItIsSure() throws IOException {
    // [envelope-46]
    Faulty.Sink sink = new Faulty.Sink();
    EnvelopeOutputStream out = to(sink);
    out.write(new byte[65_536]);
    out.flush();
    assertEquals(0, sink.bytes().length);
    out.write(0);
    out.flush();
    assertEquals(179 + 4 * 16_400, sink.bytes().length, "a part of a chunk stays");
    out.write(new byte[CHUNK - 1]);
    assertEquals(179 + 5 * 16_400, sink.bytes().length);
  }

  @Test
  void onceFailedAlwaysFailed() throws GeneralSecurityException, IOException {
    for (Throwable failure :
        new Throwable[] {new IOException("disk full"), new IllegalStateException("their bug")}) {
      for (int failAt : new int[] {0, 1, 100, 123, 150, 179, 180, 16_579, 40_000, 82_178, 83_094}) {
        Faulty.Sink sink = new Faulty.Sink(failAt, failure);
        EnvelopeOutputStream out = to(sink);
        Throwable thrown = assertThrows(failure.getClass(), () -> writeInPieces(out));
        assertSame(failure, thrown);
        assertStaysFailed(out, failure);
        assertEquals(failAt, sink.bytes().length);
        assertClosesAsFailed(out, failure);
        assertEquals(1, sink.closes());
        assertThrows(GeneralSecurityException.class, () -> opened(sink));
      }
    }
    assertEquals(83_095, Sample.chunkedLength(LONG.length), "the last of them is the last byte");
  }

  private static void writeInPieces(EnvelopeOutputStream out) throws IOException {
    for (int from = 0; from < LONG.length; from += 10_000) {
      out.write(LONG, from, Math.min(10_000, LONG.length - from));
    }
    out.finish();
  }

  private static void assertStaysFailed(EnvelopeOutputStream out, Throwable failure) {
    for (Executable use :
        new Executable[] {
          () -> out.write(1),
          () -> out.write(LONG),
          () -> out.write(new byte[0]),
          () -> out.write(ByteBuffer.allocate(1)),
          out::flush,
          out::finish
        }) {
      assertSame(failure, Refused.with(IOException.class, use).getCause());
    }
    assertTrue(out.isOpen());
    assertEquals(0, Reachable.withCanary(Reachable.arrays(out)), "plaintext stays after a failure");
  }

  private static void assertClosesAsFailed(EnvelopeOutputStream out, Throwable failure)
      throws IOException {
    assertSame(failure, Refused.with(IOException.class, out::close).getCause());
    out.close();
    assertFalse(out.isOpen());
  }

  @Test
  void aFlushThatFailsIsAFailure() throws IOException {
    IOException failure = new IOException("disk full");
    EnvelopeOutputStream out = to(new Faulty.Sink(1 << 20, failure).failingToFlush());
    out.write(LONG);
    assertSame(failure, assertThrows(IOException.class, out::flush));
    assertStaysFailed(out, failure);
    EnvelopeOutputStream finishing = to(new Faulty.Sink(1 << 20, failure).failingToFlush());
    finishing.write(LONG);
    assertSame(failure, assertThrows(IOException.class, finishing::finish));
    assertStaysFailed(finishing, failure);
  }

  @Test
  void anErrorIsAFailureToo() throws IOException {
    OutOfMemoryError failure = new OutOfMemoryError("a test's");
    EnvelopeOutputStream out = to(new Faulty.Sink(1000, failure));
    assertSame(failure, assertThrows(OutOfMemoryError.class, () -> out.write(LONG)));
    Refused.with(IOException.class, () -> out.write(1));
    Refused.with(IOException.class, out::finish);
    assertEquals(0, Reachable.withCanary(Reachable.arrays(out)));
  }

  @Test
  void aSickCustodyIsAFailure() throws GeneralSecurityException, IOException {
    // [envelope-31]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    CustodyException failure =
        new CustodyException(CustodyException.Kind.TRANSIENT, "what to do about it");
    Faulty.Sink sink = new Faulty.Sink();
    EnvelopeOutputStream out = Envelope.with(key).sealing(sink, Sample.context());
    out.write(LONG, 0, 65_536);
    key.failWith(failure);
    assertSame(failure, Refused.with(CustodyException.class, () -> out.write(LONG, 65_536, 9)));
    key.failWith(null);
    assertStaysFailed(out, failure);
    assertEquals(0, sink.bytes().length);
    assertClosesAsFailed(out, failure);
  }

  @Test
  void aForcedSuiteOneEndsAt16Mebibytes() throws GeneralSecurityException, IOException {
    // [envelope-28]
    byte[] most = Sample.plaintext(16 << 20);
    Faulty.Sink sink = new Faulty.Sink();
    EnvelopeOutputStream out = to(sink, Suite.AES_256_GCM);
    out.write(most);
    out.finish();
    assertEquals(1, sink.bytes()[5]);
    assertTrue(Arrays.equals(most, opened(sink)));
    Faulty.Sink none = new Faulty.Sink();
    EnvelopeOutputStream over = to(none, Suite.AES_256_GCM);
    over.write(most);
    IOException e = Refused.with(IOException.class, () -> over.write(1));
    assertStaysFailed(over, e);
    assertClosesAsFailed(over, e);
    assertEquals(0, none.bytes().length);
  }

  @Test
  void wrongArgumentsChangeNothing() throws GeneralSecurityException, IOException {
    Faulty.Sink sink = new Faulty.Sink();
    EnvelopeOutputStream out = to(sink);
    Refused.with(IndexOutOfBoundsException.class, () -> out.write(SHORT, 1, SHORT.length));
    Refused.with(IndexOutOfBoundsException.class, () -> out.write(SHORT, -1, 2));
    Refused.with(IndexOutOfBoundsException.class, () -> out.write(SHORT, 0, -1));
    out.write(SHORT);
    out.finish();
    assertArrayEquals(SHORT, opened(sink));
  }

  @Test
  void aBufferBeforeItMustBeFlushedBeforeTheEnd() throws GeneralSecurityException, IOException {
    Faulty.Sink sink = new Faulty.Sink();
    try (EnvelopeOutputStream out = to(sink);
        BufferedOutputStream buffer = new BufferedOutputStream(out)) {
      buffer.write(SHORT);
      buffer.flush();
      out.finish();
    }
    assertArrayEquals(SHORT, opened(sink));
    EnvelopeOutputStream late = to(new Faulty.Sink());
    BufferedOutputStream forgotten = new BufferedOutputStream(late);
    forgotten.write(SHORT);
    late.finish();
    Refused.with(IOException.class, forgotten::close);
  }

  @Test
  void aChannelMustBlock() throws GeneralSecurityException, IOException {
    Pipe pipe = Pipe.open();
    pipe.sink().configureBlocking(false);
    EnvelopeOutputStream out =
        Envelope.with(Sample.umk())
            .withSuite(Suite.AES_256_GCM_CHUNKED)
            .sealing(pipe.sink(), Sample.context());
    Throwable e = assertThrows(IllegalBlockingModeException.class, () -> out.write(1));
    Refused.with(IOException.class, out::finish);
    assertClosesAsFailed(out, e);
    assertFalse(pipe.sink().isOpen());
    pipe.source().close();
  }

  @Test
  void wipesWhatIsInside() throws GeneralSecurityException, IOException {
    // [envelope-32]
    for (Suite suite : new Suite[] {null, Suite.AES_256_GCM_CHUNKED}) {
      Faulty.Sink sink = new Faulty.Sink();
      EnvelopeOutputStream out = to(sink, suite);
      out.write(SHORT);
      Collection<byte[]> inside = Reachable.arrays(out);
      assertTrue(Reachable.withCanary(inside) > 0);
      if (suite != null) {
        byte[] key = chunkKey(sink.bytes());
        assertEquals(1, Reachable.withStartOf(key, inside));
        assertThrows(IOException.class, out::close);
        assertEquals(0, Reachable.withStartOf(key, inside));
      } else {
        out.finish();
      }
      assertEquals(0, Reachable.withCanary(inside));
      assertEquals(0, Reachable.withCanary(Reachable.arrays(out)));
    }
  }

  private static byte[] chunkKey(byte[] start) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    return reference.chunks(reference.dekOf(start), Arrays.copyOfRange(start, 123, 147)).key();
  }
}
