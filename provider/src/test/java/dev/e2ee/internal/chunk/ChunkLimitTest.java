package dev.e2ee.internal.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.ReferenceChunks;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** [envelope-45] The end of the numbers: a writer and a reader that are put there, 4 PiB on. */
class ChunkLimitTest {
  private static final long LAST = (1L << 38) - 1;
  private static final byte[] NONE = {};

  private final byte[] dek = ReferenceEnvelope.random(32);
  private final byte[] salt = ReferenceEnvelope.random(24);
  private final ReferenceChunks reference = ReferenceChunks.of(dek, salt, NONE);
  private final byte[] full = Sample.plaintext(ReferenceChunks.CHUNK);
  private final byte[] shorter = Sample.plaintext(ReferenceChunks.CHUNK - 1);

  private ChunkedWriter writerAt(long chunk) {
    ChunkedWriter writer = new ChunkedWriter(Engine.jdk(), SecretBytes.copyOf(dek), salt, NONE, 1);
    Reachable.set(writer, "chunks", chunk);
    return writer;
  }

  private ChunkedReader readerAt(long chunk) throws AEADBadTagException {
    ChunkedReader reader =
        ChunkedReader.start(Engine.jdk(), SecretBytes.copyOf(dek), reference.head(), NONE, 1);
    Reachable.set(reader, "chunks", chunk);
    return reader;
  }

  @Test
  void theLastChunkIsWrittenAndReadWhenItIsShort() throws AEADBadTagException {
    byte[] out = new byte[2 * ReferenceChunks.SEALED];
    ChunkedWriter writer = writerAt(LAST - 1);
    int first = writer.update(full, 0, full.length, out, 0);
    int second = writer.update(shorter, 0, shorter.length, out, first);
    assertEquals(ChunkedBody.MAX_PLAINTEXT, writer.plaintextLength());
    int last = writer.finish(out, first + second);
    byte[] chunks =
        ReferenceEnvelope.concat(reference.chunk(LAST - 1, full), reference.chunk(LAST, shorter));
    assertArrayEquals(chunks, Arrays.copyOf(out, first + last));
    byte[] plaintext = new byte[2 * full.length];
    ChunkedReader reader = readerAt(LAST - 1);
    int opened = reader.update(chunks, 0, chunks.length, plaintext, 0, false);
    opened += reader.finish(plaintext, opened);
    assertArrayEquals(ReferenceEnvelope.concat(full, shorter), Arrays.copyOf(plaintext, opened));
  }

  @Test
  void aWriterTakesNotOneByteMore() {
    byte[] out = new byte[4 * ReferenceChunks.SEALED];
    Refused.with(
        IllegalStateException.class, () -> writerAt(LAST).update(full, 0, full.length, out, 0));
    ChunkedWriter inPieces = writerAt(LAST);
    assertEquals(0, inPieces.update(shorter, 0, shorter.length, out, 0));
    Refused.with(IllegalStateException.class, () -> inPieces.update(full, 0, 1, out, 0));
    byte[] two = Sample.plaintext(2 * full.length);
    Refused.with(
        IllegalStateException.class, () -> writerAt(LAST - 1).update(two, 0, two.length, out, 0));
    assertArrayEquals(new byte[out.length], out);
  }

  @Test
  void toAReaderAFullOneIsMalformed() throws AEADBadTagException {
    byte[] sealed = reference.chunk(LAST, full);
    byte[] out = Sample.filled(full.length);
    ChunkedReader whole = readerAt(LAST);
    Refused.with(
        MalformedEnvelopeException.class,
        () -> whole.update(sealed, 0, sealed.length, out, 0, false));
    ChunkedReader inPieces = readerAt(LAST);
    inPieces.update(sealed, 0, 1000, out, 0, false);
    Refused.with(
        MalformedEnvelopeException.class,
        () -> inPieces.update(sealed, 1000, sealed.length - 1000, out, 0, false));
    assertArrayEquals(new byte[full.length], out);
  }

  @Test
  void lengthsUpToTheMost() {
    // [envelope-9] [envelope-39]
    long mostBody = 4_507_997_673_881_655L;
    assertEquals(mostBody, ChunkedBody.sealedLength(ChunkedBody.MAX_PLAINTEXT));
    assertEquals((1L << 52) - 1, ChunkedBody.plaintextLength(mostBody));
    assertEquals(LAST, ChunkedBody.fullChunks(mostBody));
    assertEquals(false, ChunkedBody.isTooLong(mostBody));
    assertEquals(true, ChunkedBody.isTooLong(mostBody + 1));
    assertEquals(56 + 16_400 * LAST, ChunkedBody.offsetOf(LAST));
  }
}
