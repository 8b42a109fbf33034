package dev.e2ee.spi.internal.custody;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** When an operation has to give up. */
public final class Deadline {
  private final Duration limit;
  private final long end;

  private Deadline(Duration limit, long end) {
    this.limit = limit;
    this.end = end;
  }

  /** So long from now. */
  public static Deadline after(Duration limit) {
    // A limit of centuries would overflow the clock.
    Duration whole = limit.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365) : limit;
    return new Deadline(whole, System.nanoTime() + whole.toNanos());
  }

  /** One that leaves a time before this one, to tidy up in; messages tell the whole limit. */
  public Deadline before(Duration time) {
    return new Deadline(limit, end - time.toNanos());
  }

  /**
   * Gives up when it is too late.
   *
   * @throws CustodyException TIMEOUT
   */
  public void check(String waitingFor) {
    if (remainingNanos() <= 0) {
      throw timeout(waitingFor);
    }
  }

  /**
   * Takes a lock, or gives up.
   *
   * @throws CustodyException TIMEOUT; CANCELLED when the thread is interrupted
   */
  public void acquire(ReentrantLock lock, String waitingFor) {
    try {
      if (!lock.tryLock(remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw timeout(waitingFor);
      }
    } catch (InterruptedException e) {
      throw interrupted(waitingFor);
    }
  }

  /**
   * Takes a place, or gives up.
   *
   * @throws CustodyException TIMEOUT; CANCELLED when the thread is interrupted
   */
  public void acquire(Semaphore place, String waitingFor) {
    try {
      if (!place.tryAcquire(remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw timeout(waitingFor);
      }
    } catch (InterruptedException e) {
      throw interrupted(waitingFor);
    }
  }

  /**
   * Waits a moment.
   *
   * @throws CustodyException TIMEOUT; CANCELLED when the thread is interrupted
   */
  public void pause(Duration time, String waitingFor) {
    check(waitingFor);
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(time.toNanos(), remainingNanos()));
    } catch (InterruptedException e) {
      throw interrupted(waitingFor);
    }
  }

  /** How long there is still, 0 or less when it is too late. */
  public long remainingNanos() {
    return end - System.nanoTime();
  }

  /**
   * How long there is still, for a part of the operation.
   *
   * @throws CustodyException TIMEOUT when it is too late
   */
  public Duration remaining(String waitingFor) {
    check(waitingFor);
    return Duration.ofNanos(Math.max(1, remainingNanos()));
  }

  /** How long it was at the beginning. */
  public Duration limit() {
    return limit;
  }

  private CustodyException timeout(String waitingFor) {
    return new CustodyException(
        Kind.TIMEOUT,
        "gave up after "
            + limit.toMillis()
            + " ms of waiting for "
            + waitingFor
            + "; nothing was changed. Try again, or allow more time");
  }

  private static CustodyException interrupted(String waitingFor) {
    Thread.currentThread().interrupt();
    return new CustodyException(
        Kind.CANCELLED, "the thread was interrupted while waiting for " + waitingFor);
  }
}
