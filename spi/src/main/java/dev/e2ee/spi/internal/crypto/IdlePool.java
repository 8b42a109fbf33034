package dev.e2ee.spi.internal.crypto;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Objects for one thread at a time that are worth keeping for the next operation. They are taken
 * out and given back, so nobody waits for anybody: who finds none makes one. There is no lock and
 * nothing that belongs to a thread.
 */
final class IdlePool<T> {
  private static final int MOST = 16;

  /** References between two places: a cache line of 64 bytes, lest two threads share one. */
  private static final int SPREAD = 16;

  private final int places =
      Math.min(MOST, Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));
  private final AtomicReferenceArray<T> idle = new AtomicReferenceArray<>(places * SPREAD);
  private volatile boolean closed;

  /** One of them, which is the caller's alone from now on; null when there is none. */
  @Nullable T take() {
    for (int i = 0; i < places; i++) {
      T found = idle.get(place(i)) == null ? null : idle.getAndSet(place(i), null);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * Keeps one for the next who asks; the caller must not use it any more.
   *
   * @return false when there is no room for it, or the pool was closed
   */
  boolean give(T spare) {
    for (int i = 0; i < places && !closed; i++) {
      if (idle.get(place(i)) == null && idle.compareAndSet(place(i), null, spare)) {
        return !closed || !idle.compareAndSet(place(i), spare, null);
      }
    }
    return false;
  }

  /** The i-th place that this thread looks at; each thread begins at its own. */
  private int place(int i) {
    return (int) (Thread.currentThread().getId() + i & places - 1) * SPREAD;
  }

  /** Hands all of them to this, and takes none back later. */
  void close(Consumer<T> last) {
    closed = true;
    for (T left = take(); left != null; left = take()) {
      last.accept(left);
    }
  }
}
