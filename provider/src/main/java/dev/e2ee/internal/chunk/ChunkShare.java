package dev.e2ee.internal.chunk;

import java.security.ProviderException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * A part of a run of chunks, done once, by the thread that comes first. Holds nothing of the run
 * afterwards, because a busy pool may keep it for long.
 */
final class ChunkShare implements Runnable {
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private final int from;
  private final int to;
  private @Nullable ChunkCipher cipher;
  private @Nullable Work work;
  private @Nullable Throwable failure;
  private boolean succeeded;

  /** What is done with the i-th chunk of a run. */
  interface Work {
    void chunk(ChunkCipher cipher, int index) throws AEADBadTagException;
  }

  ChunkShare(ChunkCipher cipher, Work work, int from, int to) {
    this.cipher = cipher;
    this.work = work;
    this.from = from;
    this.to = to;
  }

  /** Does the work, if no other thread has begun it; throws nothing. */
  @Override
  public void run() {
    if (taken.compareAndSet(false, true)) {
      try {
        work();
        succeeded = true;
      } catch (AEADBadTagException | RuntimeException | Error e) {
        failure = e;
      } finally {
        cipher = null;
        work = null;
        done.countDown();
      }
    }
  }

  private void work() throws AEADBadTagException {
    ChunkCipher mine = cipher;
    Work todo = work;
    if (mine == null || todo == null) {
      throw new IllegalStateException("a share is done once");
    }
    for (int i = from; i < to; i++) {
      todo.chunk(mine, i);
    }
  }

  /** Ends this share: waits for the thread that has begun it, or sees to it that none will. */
  void settle() {
    if (taken.compareAndSet(false, true)) {
      cipher = null;
      work = null;
      return;
    }
    boolean interrupted = false;
    while (done.getCount() > 0) {
      try {
        done.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Throws what went wrong, once this share was settled.
   *
   * @throws AEADBadTagException when the tag of a chunk is wrong
   */
  void throwFailure() throws AEADBadTagException {
    if (failure instanceof AEADBadTagException notAuthentic) {
      throw notAuthentic;
    }
    if (failure instanceof RuntimeException bug) {
      throw bug;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    // An engine may throw what it does not declare: nothing but success is success.
    if (!succeeded) {
      throw new ProviderException("a part of the work was not done; this is a fault of the engine");
    }
  }
}
