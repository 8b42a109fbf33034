package dev.e2ee.custody.pkcs11.internal.session;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Something for a lane to do, while its caller waits: not for ever. */
final class Job<T> {
  /** How often a caller looks before it sleeps: about as long as a fast token takes. */
  private static final int LOOKS = 2000;

  private enum State {
    WAITED_FOR,
    DONE,
    GIVEN_UP
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.WAITED_FOR);
  private final Thread caller = Thread.currentThread();
  private final Callable<T> work;
  private @Nullable T result;
  private @Nullable Throwable failure;
  private volatile boolean asleep;

  Job(Callable<T> work) {
    this.work = work;
  }

  /**
   * Does it, on the lane's thread.
   *
   * @return whether the caller is still there; else what it was for is wiped
   */
  boolean run() {
    if (state.get() == State.GIVEN_UP) {
      return false; // nothing is begun for a caller who is gone
    }
    try {
      result = work.call();
    } catch (Throwable e) { // the caller gets it, whatever it is
      failure = e;
    }
    if (!state.compareAndSet(State.WAITED_FOR, State.DONE)) {
      discard();
      return false;
    }
    if (asleep) {
      LockSupport.unpark(caller);
    }
    return true;
  }

  private void discard() {
    T unwanted = result;
    if (unwanted instanceof AutoCloseable secret) {
      try {
        secret.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing a secret does not fail", e);
      }
    } else if (unwanted instanceof byte[] bytes) {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Waits for the end, on the caller's thread. An interrupt does not end the wait: the native call
   * goes on, and its result would be lost.
   *
   * @param nanos the longest wait
   * @param awake whether to look for a while before sleeping
   * @return whether it is done; if not, it is given up and the lane will find that out
   */
  boolean await(long nanos, boolean awake) {
    long end = System.nanoTime() + nanos;
    for (int i = 0; awake && i < LOOKS; i++) {
      if (state.get() == State.DONE) {
        return true;
      }
      Thread.onSpinWait();
    }
    asleep = true;
    boolean interrupted = false;
    try {
      while (state.get() != State.DONE) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return !state.compareAndSet(State.WAITED_FOR, State.GIVEN_UP);
        }
        LockSupport.parkNanos(this, left);
        interrupted |= Thread.interrupted();
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What came of it, once it is done. */
  T result() throws Throwable {
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(result, "a job's work gives a result");
  }
}
