package dev.e2ee.custody.pkcs11.internal.session;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Something for a lane to do, while its caller waits: not for ever. */
final class Job<T> {
  /**
   * How long a caller looks before it sleeps: as long as a fast token takes for some twenty
   * callers, and longer than it takes with a lane that sleeps. Else a look that finds one asleep
   * were always in vain, and no later one paid.
   */
  private static final long LOOKING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * So often it looks before it gives way to others: about two microseconds. Giving way each time
   * would slow the lane down where two cores are halves of one.
   */
  static final int MOST_PAUSES = 64;

  /** A lane may hang in its next job before it has woken the caller of the one that is done. */
  private static final long LONGEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private enum State {
    /** No lane has begun it. */
    WAITING,
    RUNNING,
    DONE,
    GIVEN_UP
  }

  /** How the wait for a job ended. */
  enum End {
    DONE,
    /** Nobody had begun it, and nobody will. */
    NEVER_BEGUN,
    /** The same, because the caller's thread was interrupted. */
    INTERRUPTED,
    /** A lane is still at it, and will find out that nobody waits. */
    LEFT_ALONE
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final Thread caller = Thread.currentThread();
  private final Lanes.Work<T> work;
  private @Nullable T result;
  private @Nullable Throwable failure;
  private volatile boolean asleep;
  private boolean lookedInVain;

  Job(Lanes.Work<T> work) {
    this.work = work;
  }

  /**
   * Does it, on the lane's thread; the caller is told by {@link #finish} and {@link #wake}.
   *
   * @return whether it was begun: nothing is for a caller who is gone
   */
  boolean run(Lane lane) {
    if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
      return false;
    }
    try {
      result = work.on(lane);
    } catch (Throwable e) { // the caller gets it, whatever it is
      failure = e;
    }
    return true;
  }

  /**
   * It is done, which its caller may see from here on; it is woken by {@link #wake}.
   *
   * @return whether the caller is still there; else what it was for is wiped
   */
  boolean finish() {
    if (!state.compareAndSet(State.RUNNING, State.DONE)) {
      discard();
      return false;
    }
    return true;
  }

  /** Wakes the caller of what is finished. */
  void wake() {
    if (asleep) {
      LockSupport.unpark(caller);
    }
  }

  /** Lets the caller of what nobody has begun go on with an error. */
  void refuse(RuntimeException why) {
    if (state.compareAndSet(State.WAITING, State.RUNNING)) {
      failure = why;
      finish();
      wake();
    }
  }

  /** Whether its caller is gone. */
  boolean isGivenUp() {
    return state.get() == State.GIVEN_UP;
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
   * Waits for the end, on the caller's thread. An interrupt ends the wait for a lane, but not the
   * one for the lane's work: the native call goes on, and its result would be lost.
   *
   * @param nanos the longest wait
   * @param awake whether to look for a while before sleeping
   * @param patience how many nanoseconds it may wait for a lane before {@code impatient} runs
   */
  End await(long nanos, boolean awake, long patience, Runnable impatient) {
    long start = System.nanoTime();
    if (awake) {
      if (sawTheEnd(start + Math.min(nanos, LOOKING_NANOS))) {
        return End.DONE;
      }
      lookedInVain = true;
    }
    asleep = true;
    boolean interrupted = false;
    try {
      while (state.get() != State.DONE) {
        long left = nanos - (System.nanoTime() - start);
        if (left <= 0 || interrupted) {
          if (state.compareAndSet(State.WAITING, State.GIVEN_UP)) {
            return interrupted ? End.INTERRUPTED : End.NEVER_BEGUN;
          }
        }
        if (left <= 0 && state.compareAndSet(State.RUNNING, State.GIVEN_UP)) {
          return End.LEFT_ALONE;
        }
        boolean begun = state.get() != State.WAITING;
        LockSupport.parkNanos(this, Math.min(left, begun ? LONGEST_SLEEP_NANOS : patience));
        interrupted |= Thread.interrupted();
        if (!begun && state.get() == State.WAITING) {
          impatient.run();
        }
      }
      return End.DONE;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Looks, and lets whoever has work go first; it sleeps soon enough where that does not help. */
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean sawTheEnd(long until) {
    do {
      for (int i = 0; i < MOST_PAUSES; i++) {
        if (state.get() == State.DONE) {
          return true;
        }
        Thread.onSpinWait();
      }
      Thread.yield();
    } while (System.nanoTime() - until < 0);
    return false;
  }

  /** Whether the caller looked for nothing: the lane had no core, or the token takes long. */
  boolean lookedInVain() {
    return lookedInVain;
  }

  /** What came of it, once it is done. */
  T result() throws Throwable {
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(result, "a job's work gives a result");
  }
}
