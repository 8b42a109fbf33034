package dev.e2ee.rotation;

import java.util.concurrent.TimeUnit;

/** So many a second at the most, over all threads that ask. */
final class Pace {
  private final long nanosEach;
  private long next = System.nanoTime();

  /** No bound for a rate of infinity. */
  Pace(double perSecond) {
    this.nanosEach = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
  }

  /**
   * Returns when it is the caller's turn.
   *
   * @throws InterruptedException when it was interrupted, at any rate
   */
  void await() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted between two records");
    }
    if (nanosEach > 0) {
      TimeUnit.NANOSECONDS.sleep(turn());
    }
  }

  private synchronized long turn() {
    long now = System.nanoTime();
    if (next - now < 0) {
      next = now;
    }
    long mine = next - now;
    next += nanosEach;
    return mine;
  }
}
