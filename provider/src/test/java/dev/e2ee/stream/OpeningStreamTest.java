package dev.e2ee.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.Suite;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.Tampered;
import dev.e2ee.testing.TestEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What {@link EnvelopeInputStream} promises, sentence by sentence. */
class OpeningStreamTest {
  private static final int CHUNK = 16_384;
  private static final int[] SIZES = {0, 1, 500, CHUNK, 65_536, 65_537, 5 * CHUNK, 300_000};

  private static EnvelopeInputStream from(InputStream source) {
    try {
      return Envelope.with(Sample.umk()).opening(source, Sample.context());
    } catch (InvalidKeyException e) {
      throw new AssertionError(e);
    }
  }

  private static EnvelopeInputStream from(byte[] envelope) {
    return from(new ByteArrayInputStream(envelope));
  }

  /** An envelope of the suite that its size asks for. */
  private static byte[] sealed(byte[] plaintext) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    reference.plaintext = plaintext;
    return (plaintext.length > 65_536 ? reference.chunked() : reference).seal();
  }

  private static byte[] chunked(int size) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    reference.plaintext = Sample.plaintext(size);
    return reference.seal();
  }

  @EveryEngine
  void opensWhateverTheSourceGivesAtATime(TestEngine engine)
      throws GeneralSecurityException, IOException {
    Random random = Sample.random("OpeningStreamTest " + engine);
    for (int size : SIZES) {
      byte[] plaintext = Sample.plaintext(size);
      byte[] envelope = sealed(plaintext);
      for (int most : new int[] {1, 40, 20_000, 1 << 20}) {
        InputStream source = Faulty.trickle(envelope, random, most);
        try (Envelope opener = Envelope.with(Sample.umk(), engine.provider());
            EnvelopeInputStream in = opener.opening(source, Sample.context())) {
          assertArrayEquals(plaintext, readAll(in, random));
        }
      }
    }
  }

  private static byte[] readAll(EnvelopeInputStream in, Random random) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[9000];
    assertFalse(in.isComplete());
    while (true) {
      assertEquals(0, in.read(piece, 3, 0));
      int available = in.available();
      int length = 1 + random.nextInt(8000);
      int given = readSome(in, piece, length, random);
      if (given < 0) {
        assertTrue(in.isComplete());
        assertEquals(0, available);
        assertEquals(-1, in.read());
        assertEquals(-1, in.read(ByteBuffer.allocate(3)));
        assertEquals(0, in.read(piece, 0, 0));
        return all.toByteArray();
      }
      assertTrue(given > 0 && given <= length);
      assertTrue(available == 0 || given >= Math.min(available, length) || given == 1);
      all.write(piece, 0, given);
    }
  }

  private static int readSome(EnvelopeInputStream in, byte[] piece, int length, Random random)
      throws IOException {
    switch (random.nextInt(3)) {
      case 0 -> {
        int one = in.read();
        piece[0] = (byte) one;
        return one < 0 ? -1 : 1;
      }
      case 1 -> {
        return in.read(piece, 0, length);
      }
      default -> {
        ByteBuffer target = BufferKind.DIRECT_SLICE.withRoom(length);
        int given = in.read(target);
        assertEquals(5 + Math.max(0, given), target.position());
        target.get(5, piece, 0, Math.max(0, given));
        return given;
      }
    }
  }

  @Test
  void theInheritedMethodsWork() throws IOException {
    byte[] plaintext = Sample.plaintext(100_000);
    byte[] envelope = sealed(plaintext);
    EnvelopeInputStream in = from(envelope);
    in.skipNBytes(70_000);
    assertArrayEquals(Arrays.copyOfRange(plaintext, 70_000, 80_000), in.readNBytes(10_000));
    assertFalse(in.isComplete());
    assertEquals(20_000, in.skip(90_000));
    assertEquals(-1, in.read());
    assertTrue(in.isComplete());
    assertFalse(in.markSupported());
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    assertEquals(100_000, from(envelope).transferTo(sink));
    assertArrayEquals(plaintext, sink.toByteArray());
    assertArrayEquals(plaintext, Channels.newInputStream(from(envelope)).readAllBytes());
  }

  @Test
  void nothingIsReadBeforeTheFirstRead() throws IOException {
    IOException failure = new IOException("the source's");
    EnvelopeInputStream in = from(Faulty.source(new byte[0], 0, failure));
    assertEquals(0, in.available());
    assertFalse(in.isComplete());
    assertSame(failure, assertThrows(IOException.class, in::read));
  }

  @Test
  void closeBeforeTheEndIsNoErrorAndIsToldApart() throws IOException {
    // [envelope-51]
    byte[] envelope = chunked(100_000);
    AtomicInteger closes = new AtomicInteger();
    EnvelopeInputStream in =
        from(
            new FilterInputStream(new ByteArrayInputStream(envelope)) {
              @Override
              public void close() {
                closes.incrementAndGet();
              }
            });
    assertEquals(CHUNK, in.readNBytes(CHUNK).length);
    assertTrue(in.isOpen());
    in.close();
    in.close();
    assertEquals(1, closes.get());
    assertFalse(in.isOpen());
    assertFalse(in.isComplete());
    Refused.with(IOException.class, in::read);
    Refused.with(IOException.class, in::available);
    Refused.with(IOException.class, () -> in.read(new byte[3]));
    Refused.with(IOException.class, () -> in.read(new byte[0]));
    Refused.with(IOException.class, () -> in.readNBytes(0));
    Refused.with(IOException.class, () -> in.skip(0));
    assertThrows(ClosedChannelException.class, () -> in.read(ByteBuffer.allocate(1)));
    EnvelopeInputStream read = from(envelope);
    read.readAllBytes();
    read.close();
    assertTrue(read.isComplete(), "known after a close, too");
    Refused.with(IOException.class, read::read);
    EnvelopeInputStream nearly = from(sealed(Sample.plaintext(500)));
    nearly.readNBytes(499);
    nearly.close();
    assertFalse(nearly.isComplete(), "verified, and not read");
  }

  @EveryEngine
  void onlyWhatIsVerifiedComesOut(TestEngine engine) throws GeneralSecurityException {
    // [envelope-49] [envelope-50]
    int length = 2 * CHUNK + 700;
    for (Tampered fault : Tampered.all(engine.chunked(length), engine.chunked(length))) {
      for (int most : new int[] {16_399, 1 << 20}) {
        EnvelopeInputStream in =
            Envelope.with(Sample.umk(), engine.provider())
                .opening(Faulty.trickle(fault.bytes(), new Random(1), most), Sample.context());
        ByteArrayOutputStream released = new ByteArrayOutputStream();
        IOException e = Refused.with(IOException.class, () -> in.transferTo(released));
        assertEquals(fault.streamed(), e.getCause().getClass(), fault.toString());
        byte[] verified = Sample.plaintext(fault.intact() * CHUNK);
        assertArrayEquals(
            most < 16_400 ? verified : Arrays.copyOf(verified, released.size()),
            released.toByteArray(),
            fault.toString());
        assertStaysFailed(in, e.getCause());
      }
    }
  }

  private static void assertStaysFailed(EnvelopeInputStream in, Throwable cause) {
    for (Executable use :
        new Executable[] {
          in::read,
          () -> in.read(new byte[10]),
          () -> in.read(ByteBuffer.allocate(1)),
          () -> in.skip(1),
          in::readAllBytes,
          in::available,
          () -> in.read(new byte[10], 3, 0),
          () -> in.read(ByteBuffer.allocate(0)),
          () -> in.readNBytes(0),
          () -> in.readNBytes(new byte[10], 3, 0),
          () -> in.skip(0),
          () -> in.skipNBytes(0)
        }) {
      assertSame(cause, Refused.with(IOException.class, use).getCause());
    }
    assertFalse(in.isComplete());
    assertTrue(in.isOpen());
    assertEquals(0, Reachable.withCanary(Reachable.arrays(in)), "plaintext stays after a failure");
  }

  @Test
  void onceFailedAlwaysFailed() {
    byte[] envelope = chunked(3 * CHUNK + 900);
    for (Throwable failure :
        new Throwable[] {new IOException("net is down"), new IllegalStateException("their bug")}) {
      for (int failAt :
          new int[] {0, 1, 100, 150, 179, 194, 195, 16_579, 40_000, envelope.length}) {
        EnvelopeInputStream in = from(Faulty.source(envelope, failAt, failure));
        ByteArrayOutputStream released = new ByteArrayOutputStream();
        assertSame(failure, assertThrows(failure.getClass(), () -> in.transferTo(released)));
        int chunks = Math.max(0, failAt - 179) / 16_400;
        assertArrayEquals(Sample.plaintext(chunks * CHUNK), released.toByteArray());
        assertStaysFailed(in, failure);
      }
    }
  }

  @Test
  void anErrorIsAFailureToo() {
    OutOfMemoryError failure = new OutOfMemoryError("a test's");
    EnvelopeInputStream in = from(Faulty.source(chunked(50_000), 20_000, failure));
    assertSame(failure, assertThrows(OutOfMemoryError.class, in::readAllBytes));
    Refused.with(IOException.class, in::read);
    assertFalse(in.isComplete());
    assertEquals(0, Reachable.withCanary(Reachable.arrays(in)));
  }

  @Test
  void aSickCustodyIsNotTampering() throws GeneralSecurityException {
    // [envelope-31]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Envelope envelope = Envelope.with(key).withSuite(Suite.AES_256_GCM_CHUNKED);
    byte[] sealed = envelope.seal(Sample.plaintext(50_000), Sample.context());
    CustodyException failure =
        new CustodyException(CustodyException.Kind.TRANSIENT, "what to do about it");
    key.failWith(failure);
    EnvelopeInputStream in = envelope.opening(new ByteArrayInputStream(sealed), Sample.context());
    assertSame(failure, Refused.with(CustodyException.class, in::read));
    key.failWith(null);
    assertStaysFailed(in, failure);
    assertEquals(1, key.unwraps(), "not asked a second time");
  }

  @Test
  void noKeyIsAskedForAScrap() throws GeneralSecurityException {
    // [envelope-40]
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Envelope envelope = Envelope.with(key).withSuite(Suite.AES_256_GCM_CHUNKED);
    byte[] sealed = envelope.seal(new byte[0], Sample.context());
    for (int length = 0; length < 195; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      EnvelopeInputStream in = envelope.opening(new ByteArrayInputStream(cut), Sample.context());
      IOException e = Refused.with(IOException.class, in::read);
      assertInstanceOf(MalformedEnvelopeException.class, e.getCause());
    }
    assertEquals(0, key.unwraps());
  }

  @Test
  void wrongArgumentsChangeNothing() throws IOException {
    EnvelopeInputStream in = from(chunked(500));
    byte[] ten = new byte[10];
    Refused.with(IndexOutOfBoundsException.class, () -> in.read(ten, 1, 10));
    Refused.with(IndexOutOfBoundsException.class, () -> in.read(ten, -1, 1));
    assertThrows(
        ReadOnlyBufferException.class, () -> in.read(ByteBuffer.allocate(9).asReadOnlyBuffer()));
    assertArrayEquals(Sample.plaintext(500), in.readAllBytes());
  }

  @Test
  void aMinimumGenerationIsKept() throws GeneralSecurityException {
    // [envelope-24]
    EnvelopeInputStream in =
        Envelope.with(Sample.umk())
            .withMinimumGeneration(2)
            .opening(new ByteArrayInputStream(chunked(500)), Sample.context());
    IOException e = Refused.with(IOException.class, in::read);
    assertInstanceOf(WrongKeyException.class, e.getCause());
  }

  @Test
  void aChannelMustBlock() throws GeneralSecurityException, IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    EnvelopeInputStream in = Envelope.with(Sample.umk()).opening(pipe.source(), Sample.context());
    assertThrows(IllegalBlockingModeException.class, in::read);
    Refused.with(IOException.class, in::read);
    in.close();
    assertFalse(pipe.source().isOpen());
    pipe.sink().close();
  }

  @Test
  void rawBytesAndNothing() throws GeneralSecurityException, IOException {
    byte[] aad = {1, 2, 3};
    for (ReferenceEnvelope reference :
        new ReferenceEnvelope[] {ReferenceEnvelope.ofRaw(aad), ReferenceEnvelope.ofNothing()}) {
      byte[] given = reference.flags == 0 ? aad.clone() : new byte[0];
      byte[] sealed = reference.chunked().seal();
      EnvelopeInputStream in =
          Envelope.with(Sample.umk()).opening(new ByteArrayInputStream(sealed), given);
      Arrays.fill(given, (byte) 9);
      assertArrayEquals(reference.plaintext, in.readAllBytes());
      Refused.with(IOException.class, () -> from(sealed).read());
    }
  }

  @Test
  void wipesWhatIsInside() throws IOException {
    // [envelope-32]
    for (byte[] envelope : new byte[][] {sealed(Sample.plaintext(500)), chunked(100_000)}) {
      EnvelopeInputStream in = from(envelope);
      in.readNBytes(100);
      Collection<byte[]> inside = Reachable.arrays(in);
      assertTrue(Reachable.withCanary(inside) > 0);
      byte[] key = chunkKey(envelope);
      assertEquals(envelope[5] == 2 ? 1 : 0, Reachable.withStartOf(key, inside));
      in.close();
      assertEquals(0, Reachable.withCanary(inside));
      assertEquals(0, Reachable.withStartOf(key, inside));
      assertEquals(0, Reachable.withCanary(Reachable.arrays(in)));
    }
  }

  @Test
  void theKeyGoesWithTheLastByte() throws IOException {
    byte[] envelope = chunked(100_000);
    EnvelopeInputStream in = from(envelope);
    in.readNBytes(10);
    Collection<byte[]> inside = Reachable.arrays(in);
    assertEquals(1, Reachable.withStartOf(chunkKey(envelope), inside));
    in.readNBytes(100_000);
    assertEquals(0, Reachable.withStartOf(chunkKey(envelope), inside));
  }

  private static byte[] chunkKey(byte[] envelope) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    return reference
        .chunks(reference.dekOf(envelope), Arrays.copyOfRange(envelope, 123, 147))
        .key();
  }

  @Test
  void aBadTagIsTheCause() {
    byte[] bad = chunked(500);
    bad[300] ^= 1;
    IOException e = Refused.with(IOException.class, () -> from(bad).read());
    assertEquals(AEADBadTagException.class, e.getCause().getClass());
    assertEquals(e.getCause().getMessage(), e.getMessage());
  }
}
