package dev.e2ee.custody.pkcs11.internal.session;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether it pays to look for something for a while instead of sleeping until it comes: a wake-up
 * costs as much as a software token's work, but looking costs a core its time. After each look in
 * vain, twice as many are left out, and only so many look at once. Threads that tell of theirs at
 * once may lose a count of those left out; it stays within its bounds.
 */
final class Looks {
  private static final int MOST_LEFT_OUT = 32;

  /** Whoever comes to a fast token of a network would else look all the time. */
  private static final int MOST_AT_ONCE = 16;

  private final AtomicInteger looking = new AtomicInteger();
  private volatile int leftOut;
  private volatile int leftOutNext = 1;

  /** Whether to look now; who does tells when it ends. */
  boolean begin() {
    int left = leftOut;
    if (left > 0) {
      leftOut = left - 1;
      return false;
    }
    if (looking.incrementAndGet() <= MOST_AT_ONCE) {
      return true;
    }
    looking.decrementAndGet();
    return false;
  }

  /** Whether the last look was not in vain. */
  boolean paid() {
    return leftOutNext == 1;
  }

  /** Tells how one ended. */
  void end(boolean inVain) {
    looking.decrementAndGet();
    int next = leftOutNext;
    leftOut = inVain ? next : 0;
    leftOutNext = inVain ? Math.min(2 * next, MOST_LEFT_OUT) : 1;
  }
}
