package dev.e2ee.cli.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One read or write at a time on a thread of its own, so that it overlaps with the work of the
 * caller's thread. The thread starts with the first of them.
 */
final class Ahead implements AutoCloseable {
  /** How many bytes are read or written at a time. */
  static final int PIECE = 256 << 10;

  private static final int PAGE = 4096;

  private final String name;
  private @Nullable ExecutorService thread;
  private @Nullable Future<ByteBuffer> pending;

  Ahead(String name) {
    this.name = name;
  }

  /**
   * An empty buffer of one piece that starts where a page does, as what the kernel copies into it
   * or from it does. The 16 bytes beyond it where {@code malloc} starts a large buffer make reading
   * take three times as long on some processors: each load seems to depend on the store before.
   */
  static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(PIECE + PAGE).alignedSlice(PAGE).slice(0, PIECE);
  }

  /** Overwrites a buffer: what was in it may be plaintext. */
  static void wipe(ByteBuffer buffer) {
    buffer.clear().put(new byte[buffer.capacity()]).clear();
  }

  /** Whether one was started and its result not taken. */
  boolean isPending() {
    return pending != null;
  }

  /** Starts one; the result of the one before must have been taken. */
  void start(Callable<ByteBuffer> work) {
    if (thread == null) {
      thread =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread made = new Thread(task, name);
                made.setDaemon(true);
                return made;
              });
    }
    pending = thread.submit(work);
  }

  /** Waits for the one that was started, and gives its buffer. */
  ByteBuffer take() throws IOException {
    Future<ByteBuffer> waited = pending;
    if (waited == null) {
      throw new IllegalStateException("nothing was started");
    }
    pending = null;
    try {
      return waited.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("the thread " + name + " failed", e.getCause());
    }
  }

  /** Ends the thread; what it is doing is given up. */
  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
