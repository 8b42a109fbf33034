package dev.e2ee.envelope;

import dev.e2ee.internal.chunk.ChunkWorkers;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.ChunkedBody;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Seals what is written to it into another stream. A stream and a channel at once; one thread
 * writes at a time, and the others wait.
 *
 * <p>{@link #finish} completes the envelope, and must be called: {@link #close} alone leaves one
 * without its end, which opens nowhere, and says so by an exception. So a program that fails half
 * way, and closes its streams on the way out, does not leave a part that looks like the whole. Up
 * to 64 KiB of plaintext stay inside until then, and a part of a chunk (16 KiB) always; with
 * parallelism 144 KiB for each thread.
 *
 * <p>None may be open across a snapshot of the process or the machine that can be resumed more than
 * once: each copy would seal its next chunk under the same key and nonce.
 */
public final class EnvelopeOutputStream extends OutputStream implements WritableByteChannel {
  private final OutputStream sink;
  private final SealingOperation sealing;
  private final int piece;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Collects small writes where several threads are to work on them; else of no length. */
  private final byte[] gathered;

  private int filled;
  private byte[] sealed = new byte[0];
  private volatile State state = State.OPEN;
  private @Nullable Throwable failure;

  private enum State {
    OPEN,
    FINISHED,
    FAILED
  }

  EnvelopeOutputStream(OutputStream sink, SealingOperation sealing, int parallelism) {
    this.sink = sink;
    this.sealing = sealing;
    this.piece = ChunkWorkers.chunksFor(parallelism) * ChunkedBody.CHUNK;
    this.gathered = new byte[parallelism == 1 ? 0 : piece];
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Seals bytes.
   *
   * @throws IOException when the sink throws it, after {@link #finish} or {@link #close}, and for
   *     more than 16 MiB with a forced suite 1; the stream is of no use then
   */
  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireOpen();
    int next;
    for (int done = 0; done < length; done += next) {
      if (gathered.length == 0) {
        next = Math.min(piece, length - done);
        sealPiece(bytes, offset + done, next);
      } else {
        next = Math.min(gathered.length - filled, length - done);
        System.arraycopy(bytes, offset + done, gathered, filled, next);
        filled += next;
        sealGathered(gathered.length);
      }
    }
  }

  /** Seals what was gathered, once it is so much. */
  private void sealGathered(int least) throws IOException {
    if (filled > 0 && filled >= least) {
      sealPiece(gathered, 0, filled);
      filled = 0;
    }
  }

  /**
   * Seals what remains in a buffer.
   *
   * @throws IOException as {@link #write(byte[], int, int)}
   */
  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
    requireOpen();
    int length = source.remaining();
    byte[] copy = new byte[Math.min(length, piece)];
    try {
      while (source.hasRemaining()) {
        int next = Math.min(copy.length, source.remaining());
        source.get(copy, 0, next);
        write(copy, 0, next);
      }
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
    return length;
  }

  private void sealPiece(byte[] bytes, int offset, int length) throws IOException {
    attempt(
        State.OPEN,
        () -> {
          if (!sealing.takes(length)) {
            throw new IOException("suite 1 holds at most 16 MiB; leave the suite open");
          }
          ensure(sealing.outputLength(length, false));
          sink.write(sealed, 0, sealing.update(bytes, offset, length, sealed, 0));
        });
  }

  /**
   * Writes the end of the envelope and flushes the sink, which stays open. A second call does
   * nothing.
   *
   * @throws IOException when the sink throws it, or something failed before: the envelope then has
   *     no end, or nobody knows
   */
  public synchronized void finish() throws IOException {
    if (state == State.FINISHED && !closed.get()) {
      return;
    }
    requireOpen();
    sealGathered(1);
    attempt(
        State.FINISHED,
        () -> {
          ensure(sealing.outputLength(0, true));
          sink.write(sealed, 0, sealing.finish(new byte[0], 0, 0, sealed, 0));
          sealing.close();
          sink.flush();
        });
  }

  /**
   * Flushes the sink; what does not fill a chunk stays inside until {@link #finish}.
   *
   * @throws IOException when the sink throws it: the stream is of no use then, because what was
   *     written before may be lost; and after {@link #close}
   */
  @Override
  public synchronized void flush() throws IOException {
    if (state != State.FINISHED || closed.get()) {
      requireOpen();
    }
    if (state == State.OPEN) {
      sealGathered(1);
    }
    attempt(state, sink::flush);
  }

  /** A step that leaves this stream of no use when it fails. */
  private interface Step {
    void run() throws IOException;
  }

  private void attempt(State next, Step step) throws IOException {
    State reached = State.FAILED;
    try {
      step.run();
      reached = next;
    } catch (IOException | RuntimeException e) {
      failure = e;
      throw e;
    } finally {
      state = reached;
      if (reached == State.FAILED) {
        sealing.close();
      }
    }
  }

  @Override
  public boolean isOpen() {
    return !closed.get();
  }

  /**
   * Closes the sink, and wipes what is inside. Another thread that is writing is let go by the
   * sink, and gets an exception.
   *
   * @throws IOException when {@link #finish} was not called, or something failed, which is the
   *     cause then: the envelope has no end and does not open, or nobody knows; or when the sink
   *     throws it
   */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    IOException problem = null;
    try {
      sink.close();
    } catch (IOException e) {
      problem = e;
    } finally {
      end();
    }
    // [envelope-47]
    if (state != State.FINISHED) {
      IOException unfinished = unfinished();
      if (problem != null) {
        unfinished.addSuppressed(problem);
      }
      throw unfinished;
    }
    if (problem != null) {
      throw problem;
    }
  }

  /** Never the failure itself: a try statement that threw it could not add it to itself. */
  private synchronized IOException unfinished() {
    return new IOException(
        state == State.FAILED
            ? "closed after a failure: nobody knows whether the envelope has its end; begin anew"
            : "closed before finish(): the envelope has no end and does not open; call finish()"
                + " once everything is written",
        failure);
  }

  private synchronized void end() {
    sealing.close();
    Arrays.fill(gathered, (byte) 0);
  }

  private void requireOpen() throws IOException {
    if (closed.get()) {
      throw new IOException("the stream is closed");
    }
    switch (state) {
      case OPEN -> {}
      case FINISHED -> throw new IOException("the envelope is finished; nothing can follow");
      case FAILED -> throw new IOException("sealing failed before; begin anew", failure);
    }
  }

  private void ensure(long length) {
    if (sealed.length < length) {
      sealed = new byte[Math.toIntExact(length)];
    }
  }
}
