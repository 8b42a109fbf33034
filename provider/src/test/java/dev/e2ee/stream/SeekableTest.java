package dev.e2ee.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeSeekableChannel;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What {@link EnvelopeSeekableChannel} promises of a source that is as it should be. */
class SeekableTest {
  private static final int CHUNK = 16_384;

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] sealed(int suite, byte[] plaintext) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    reference.suite = suite;
    reference.plaintext = plaintext;
    return reference.seal();
  }

  private static EnvelopeSeekableChannel open(SeekableByteChannel source)
      throws GeneralSecurityException, IOException {
    return Envelope.with(Sample.umk()).openingAnywhere(source, Sample.context());
  }

  private static EnvelopeSeekableChannel open(byte[] envelope)
      throws GeneralSecurityException, IOException {
    return open(new Sources.InMemory(envelope));
  }

  @EveryEngine
  void readsAnywhere(TestEngine engine) throws GeneralSecurityException, IOException {
    // [envelope-52]
    Random random = Sample.random("SeekableTest.readsAnywhere " + engine);
    for (int suite = 1; suite <= 2; suite++) {
      for (int size : new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 100_000}) {
        byte[] plaintext = noise(size);
        try (Envelope opener = Envelope.with(Sample.umk(), engine.provider());
            EnvelopeSeekableChannel channel =
                opener.openingAnywhere(
                    new Sources.InMemory(sealed(suite, plaintext)), Sample.context())) {
          for (int round = 0; round < 30; round++) {
            readOnce(channel, plaintext, random);
          }
          assertEquals(size, channel.size());
        }
      }
    }
  }

  private static void readOnce(EnvelopeSeekableChannel channel, byte[] plaintext, Random random)
      throws IOException {
    int size = plaintext.length;
    int position = random.nextInt(size + 10);
    assertSame(channel, channel.position(position));
    int wanted = random.nextInt(random.nextBoolean() ? 40 : size + 40);
    ByteBuffer target = BufferKind.DIRECT_SLICE.withRoom(wanted);
    int given = channel.read(target);
    int expected = Math.min(wanted, size - position);
    if (wanted == 0) {
      assertEquals(0, given);
    } else if (position >= size) {
      assertEquals(-1, given);
    } else {
      assertEquals(expected, given);
    }
    int moved = Math.max(0, given);
    assertEquals(position + moved, channel.position());
    assertEquals(5 + moved, target.position());
    byte[] all = BufferKind.everyByteOf(target);
    assertArrayEquals(
        Arrays.copyOfRange(plaintext, Math.min(position, size), Math.min(position, size) + moved),
        Arrays.copyOfRange(all, 5, 5 + moved));
    Arrays.fill(all, 5, 5 + moved, Sample.filled(1)[0]);
    assertArrayEquals(Sample.filled(all.length), all, "bytes beside");
  }

  @Test
  void readsAFileAsAStreamDoes(@TempDir Path folder) throws GeneralSecurityException, IOException {
    byte[] plaintext = noise(100_000);
    Path file = Files.write(folder.resolve("envelope"), sealed(2, plaintext));
    try (EnvelopeSeekableChannel channel = open(FileChannel.open(file))) {
      assertArrayEquals(plaintext, Channels.newInputStream(channel).readAllBytes());
      assertEquals(100_000, channel.position());
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
      channel.position(99_990);
      assertEquals(10, channel.read(ByteBuffer.allocate(50)));
    }
  }

  @Test
  void readsNoMoreThanTheChunksInQuestion() throws GeneralSecurityException, IOException {
    Sources.InMemory source = new Sources.InMemory(sealed(2, noise(40 * CHUNK)));
    EnvelopeSeekableChannel channel = open(source);
    int before = source.reads();
    channel.position(20L * CHUNK + 5).read(ByteBuffer.allocate(100));
    int forOne = source.reads() - before;
    assertTrue(forOne <= 24, () -> forOne + " reads of 1,000 bytes for one chunk");
    channel.read(ByteBuffer.allocate(16_000));
    assertEquals(before + forOne, source.reads(), "the chunk is still there");
  }

  @Test
  void sizeVerifiesTheLastChunkFirst() throws GeneralSecurityException, IOException {
    // [envelope-53]
    byte[] envelope = sealed(2, noise(3 * CHUNK + 100));
    for (int length :
        new int[] {envelope.length - 1, envelope.length - 84, 179 + 2 * 16_400 + 16}) {
      byte[] cut = Arrays.copyOf(envelope, length);
      assertNotAuthentic(open(cut), EnvelopeSeekableChannel::size);
      assertNotAuthentic(open(cut), c -> c.position(1L << 40).read(ByteBuffer.allocate(1)));
      assertNotAuthentic(open(cut), c -> Channels.newInputStream(c).readAllBytes());
      try (EnvelopeSeekableChannel early = open(cut)) {
        assertEquals(50, early.read(ByteBuffer.allocate(50)), "what is there can be read");
      }
    }
    for (int length : new int[] {179 + 2 * 16_400, 179 + 3 * 16_400 + 15, 179, 100, 0}) {
      byte[] cut = Arrays.copyOf(envelope, length);
      Refused.with(MalformedEnvelopeException.class, () -> open(cut));
    }
  }

  private interface Use {
    Object of(EnvelopeSeekableChannel channel) throws IOException;
  }

  private static void assertNotAuthentic(EnvelopeSeekableChannel channel, Use use) {
    IOException e = Refused.with(IOException.class, () -> use.of(channel));
    assertEquals(AEADBadTagException.class, e.getCause().getClass());
    assertStaysFailed(channel, e.getCause());
  }

  private static void assertStaysFailed(EnvelopeSeekableChannel channel, Throwable cause) {
    // [envelope-50]
    for (Executable use :
        new Executable[] {
          () -> channel.read(ByteBuffer.allocate(1)),
          () -> channel.read(ByteBuffer.allocate(0)),
          channel::size,
          channel::position,
          () -> channel.position(0)
        }) {
      assertSame(cause, Refused.with(IOException.class, use).getCause());
    }
    assertTrue(channel.isOpen());
    assertEquals(0, Reachable.withCanary(Reachable.arrays(channel)));
  }

  @Test
  void aFaultIsToldBehindWhatIsRight() throws GeneralSecurityException, IOException {
    byte[] plaintext = Sample.plaintext(4 * CHUNK + 100);
    byte[] bad = sealed(2, plaintext);
    bad[179 + 2 * 16_400 + 7] ^= 1;
    EnvelopeSeekableChannel channel = open(bad);
    assertEquals(4 * CHUNK + 100, channel.size(), "the last chunk is as it was");
    ByteBuffer target = ByteBuffer.allocate(3 * CHUNK);
    channel.position(CHUNK - 10);
    assertEquals(CHUNK + 10, channel.read(target), "all before the fault");
    assertArrayEquals(
        Arrays.copyOfRange(plaintext, CHUNK - 10, 2 * CHUNK),
        Arrays.copyOf(target.array(), CHUNK + 10));
    IOException e = Refused.with(IOException.class, () -> channel.read(target));
    assertEquals(AEADBadTagException.class, e.getCause().getClass());
    assertStaysFailed(channel, e.getCause());
    try (EnvelopeSeekableChannel behind = open(bad)) {
      assertEquals(CHUNK + 100, behind.position(3 * CHUNK).read(ByteBuffer.allocate(2 * CHUNK)));
    }
  }

  @Test
  void aSourceThatFailsFailsForGood() throws GeneralSecurityException, IOException {
    Sources.InMemory source = new Sources.InMemory(sealed(2, Sample.plaintext(100_000)));
    EnvelopeSeekableChannel channel = open(source);
    channel.read(ByteBuffer.allocate(10));
    IOException failure = new IOException("net is down");
    source.failWith(failure);
    assertEquals(10, channel.read(ByteBuffer.allocate(10)), "from the chunk that is there");
    channel.position(50_000);
    assertSame(
        failure, assertThrows(IOException.class, () -> channel.read(ByteBuffer.allocate(1))));
    source.failWith(null);
    assertStaysFailed(channel, failure);
  }

  @Test
  void aSourceThatChangesItsSizeIsRefused() throws GeneralSecurityException, IOException {
    byte[] envelope = sealed(2, noise(100_000));
    for (int change : new int[] {-1, 1, -16_400, -100_000}) {
      Sources.InMemory source = new Sources.InMemory(envelope);
      EnvelopeSeekableChannel channel = open(source);
      source.resize(envelope.length + change);
      IOException e = Refused.with(IOException.class, channel::size);
      assertTrue(e.getMessage().contains("size"));
      source.resize(envelope.length);
      assertStaysFailed(channel, e);
    }
  }

  @Test
  void aSourceThatEndsEarlyIsRefused() throws GeneralSecurityException, IOException {
    byte[] envelope = sealed(2, noise(100_000));
    Sources.Source lying =
        new Sources.Source() {
          @Override
          byte at(long place) {
            return envelope[(int) place];
          }

          @Override
          public int read(ByteBuffer target) throws IOException {
            return position() > 50_000 ? -1 : super.read(target);
          }

          @Override
          public long size() {
            return envelope.length;
          }
        };
    EnvelopeSeekableChannel channel = open(lying);
    Refused.with(java.io.EOFException.class, channel::size);
  }

  @Test
  void onlyReads() throws GeneralSecurityException, IOException {
    EnvelopeSeekableChannel channel = open(sealed(2, noise(100)));
    assertThrows(NonWritableChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
    assertThrows(NonWritableChannelException.class, () -> channel.truncate(0));
    Refused.with(IllegalArgumentException.class, () -> channel.position(-1));
    ByteBuffer readOnly = ByteBuffer.allocate(9).asReadOnlyBuffer();
    assertThrows(ReadOnlyBufferException.class, () -> channel.read(readOnly));
    assertEquals(0, channel.position());
    assertEquals(100, channel.read(ByteBuffer.allocate(200)));
  }

  @Test
  void closesItsSource() throws GeneralSecurityException, IOException {
    for (int suite = 1; suite <= 2; suite++) {
      Sources.InMemory source = new Sources.InMemory(sealed(suite, Sample.plaintext(50_000)));
      EnvelopeSeekableChannel channel = open(source);
      channel.read(ByteBuffer.allocate(10));
      Collection<byte[]> inside = Reachable.arrays(channel);
      assertTrue(Reachable.withCanary(inside) > 0);
      assertTrue(source.isOpen());
      channel.close();
      channel.close();
      assertFalse(source.isOpen());
      assertFalse(channel.isOpen());
      assertEquals(0, Reachable.withCanary(inside));
      for (Executable use :
          new Executable[] {
            () -> channel.read(ByteBuffer.allocate(1)),
            channel::size,
            channel::position,
            () -> channel.position(0)
          }) {
        assertThrows(ClosedChannelException.class, use);
      }
    }
  }

  @Test
  void aRefusalLeavesTheSourceOpen() throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Envelope other = Envelope.with(key);
    for (int suite = 1; suite <= 2; suite++) {
      Sources.InMemory source = new Sources.InMemory(sealed(suite, noise(50_000)));
      Refused.with(WrongKeyException.class, () -> other.openingAnywhere(source, Sample.context()));
      Refused.with(
          AEADBadTagException.class,
          () -> Envelope.with(Sample.umk()).openingAnywhere(source, new byte[] {1}));
      assertTrue(source.isOpen());
    }
    assertEquals(0, key.unwraps());
  }

  @Test
  void someoneElseClosesTheSource(@TempDir Path folder)
      throws GeneralSecurityException, IOException {
    Path file = Files.write(folder.resolve("envelope"), sealed(2, noise(100_000)));
    FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
    EnvelopeSeekableChannel channel = open(source);
    source.close();
    ClosedChannelException e = assertThrows(ClosedChannelException.class, channel::size);
    IOException again = assertThrows(IOException.class, channel::size);
    assertInstanceOf(ClosedChannelException.class, again.getCause());
    assertSame(e, again.getCause());
    channel.close();
  }
}
