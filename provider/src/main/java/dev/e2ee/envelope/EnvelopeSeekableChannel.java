package dev.e2ee.envelope;

import dev.e2ee.internal.chunk.ChunkedAccess;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.OpeningOperation;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * The plaintext of an envelope as a read-only channel with a position. Of suite 2 it opens the
 * chunks that are read, one at a time; suite 1 is opened as a whole, in memory. Safe for use by
 * many threads, one at a time.
 *
 * <p>Only verified bytes come out, each from its own place. {@link #size} and a read that reaches
 * the end authenticate the last chunk first, so a cut envelope has no size. After a failure every
 * call throws again.
 */
public final class EnvelopeSeekableChannel implements SeekableByteChannel {
  private final SeekableByteChannel source;
  private final long sourceSize;
  private final long bodyOffset;
  private final @Nullable ChunkedAccess chunks;
  private final long fullChunks;
  private final byte[] plain;
  private long plainChunk;
  private int plainLength;
  private long position;
  private boolean closed;
  private boolean failed;
  private @Nullable Exception failure;

  private EnvelopeSeekableChannel(
      SeekableByteChannel source,
      long sourceSize,
      long bodyOffset,
      @Nullable ChunkedAccess chunks,
      byte[] whole) {
    this.source = source;
    this.sourceSize = sourceSize;
    this.bodyOffset = bodyOffset;
    this.chunks = chunks;
    this.fullChunks = chunks == null ? 0 : ChunkedBody.fullChunks(sourceSize - bodyOffset);
    this.plain = whole;
    this.plainChunk = chunks == null ? 0 : -1;
    this.plainLength = whole.length;
  }

  static EnvelopeSeekableChannel open(
      SeekableByteChannel source,
      EnvelopeCore core,
      MasterKey umk,
      ContextBinding binding,
      int minimumGeneration)
      throws IOException, AEADBadTagException {
    long size = source.size();
    byte[] start = read(source, 0, (int) Math.min(size, EnvelopeHeader.MAX_HEADER));
    EnvelopeHeader header = EnvelopeHeader.parseHead(start, 0, start.length);
    header.checkBody(size - header.length());
    if (header.suite() == Suite.AES_256_GCM) {
      byte[] envelope = read(source, 0, Math.toIntExact(size));
      try (OpeningOperation opening =
          new OpeningOperation(core, umk, binding, minimumGeneration, 1)) {
        byte[] whole = opening.finish(envelope, 0, envelope.length);
        return new EnvelopeSeekableChannel(source, size, header.length(), null, whole);
      }
    }
    byte[] head = read(source, header.length(), ChunkedBody.HEAD);
    byte[] plain = new byte[ChunkedBody.CHUNK];
    ChunkedAccess chunks =
        OpeningOperation.chunks(core, umk, binding, minimumGeneration, header, head);
    return new EnvelopeSeekableChannel(source, size, header.length(), chunks, plain);
  }

  private static byte[] read(SeekableByteChannel source, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    source.position(from);
    while (bytes.hasRemaining()) {
      if (source.read(bytes) < 0) {
        throw new EOFException("the source became shorter while it was read");
      }
    }
    return bytes.array();
  }

  /**
   * Reads from the position on, and moves it. When a chunk fails behind others that were given out,
   * this call gives those, and the next one throws.
   *
   * @return the number of bytes, all verified; −1 from the authenticated end on
   * @throws IOException when the source throws it, or changes its size; with an {@link
   *     AEADBadTagException} as its cause when a chunk is not authentic in its place
   */
  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    requireUsable();
    int given = 0;
    while (target.hasRemaining()) {
      long chunk = chunks == null ? 0 : Math.min(position / ChunkedBody.CHUNK, fullChunks);
      try {
        load(chunk);
      } catch (IOException e) {
        if (given > 0) {
          return given;
        }
        throw e;
      }
      long within = position - chunk * ChunkedBody.CHUNK;
      if (within >= plainLength) {
        return given == 0 ? -1 : given;
      }
      int next = (int) Math.min(target.remaining(), plainLength - within);
      target.put(plain, (int) within, next);
      position += next;
      given += next;
    }
    return given;
  }

  /** Makes a chunk the one that is held in plaintext. */
  private void load(long chunk) throws IOException {
    // [envelope-52]
    if (chunks == null || chunk == plainChunk) {
      return;
    }
    failed = true;
    plainChunk = -1;
    try {
      plainLength = chunks.open(chunk, sealed(chunk), plain);
      plainChunk = chunk;
      failed = false;
    } catch (AEADBadTagException e) {
      // [envelope-29]
      failure = new AEADBadTagException(EnvelopeCore.NOT_AUTHENTIC);
      requireUsable();
    } catch (IOException | RuntimeException e) {
      failure = e;
      throw e;
    } finally {
      if (failed) {
        wipe();
      }
    }
  }

  private void wipe() {
    Arrays.fill(plain, (byte) 0);
    if (chunks != null) {
      chunks.close();
    }
  }

  private byte[] sealed(long chunk) throws IOException {
    if (source.size() != sourceSize) {
      throw new IOException("the envelope's size changed while it was open; open it anew");
    }
    long from = ChunkedBody.offsetOf(chunk);
    long to = Math.min(ChunkedBody.offsetOf(chunk + 1), sourceSize - bodyOffset);
    return read(source, bodyOffset + from, (int) (to - from));
  }

  /**
   * The length of the plaintext in bytes, once the last chunk is authenticated.
   *
   * @throws IOException as {@link #read}
   */
  @Override
  public synchronized long size() throws IOException {
    requireUsable();
    // [envelope-53]
    load(fullChunks);
    return chunks == null ? plainLength : ChunkedBody.plaintextLength(sourceSize - bodyOffset);
  }

  @Override
  public synchronized long position() throws IOException {
    requireUsable();
    return position;
  }

  /**
   * Moves the position, beyond the end too: a read there gives −1.
   *
   * @throws IllegalArgumentException for a number below 0
   */
  @Override
  public synchronized EnvelopeSeekableChannel position(long newPosition) throws IOException {
    requireUsable();
    if (newPosition < 0) {
      throw new IllegalArgumentException("a position is 0 or more");
    }
    position = newPosition;
    return this;
  }

  /** Always refused. */
  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  /** Always refused. */
  @Override
  public EnvelopeSeekableChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  private void requireUsable() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    // [envelope-50]
    if (failure instanceof AEADBadTagException) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (failed) {
      throw new IOException("reading failed before; open the envelope anew", failure);
    }
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed;
  }

  /** Closes the source, and wipes what is inside. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    wipe();
    source.close();
  }
}
