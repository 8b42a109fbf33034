package dev.e2ee.custody.pkcs11.internal.session;

/**
 * Whether it pays to look for something for a while instead of sleeping until it comes: a wake-up
 * costs as much as a software token's work, but looking costs a core its time. After each look in
 * vain, twice as many are left out. Threads that tell of theirs at once may lose a count; it stays
 * within its bounds.
 */
final class Looks {
  private static final int MOST_LEFT_OUT = 32;

  private volatile int leftOut;
  private volatile int leftOutNext = 1;

  /** Whether to look now. */
  boolean pay() {
    int left = leftOut;
    if (left == 0) {
      return true;
    }
    leftOut = left - 1;
    return false;
  }

  /** Whether the last look was not in vain. */
  boolean paid() {
    return leftOutNext == 1;
  }

  /** Tells how one ended. */
  void ended(boolean inVain) {
    int next = leftOutNext;
    leftOut = inVain ? next : 0;
    leftOutNext = inVain ? Math.min(2 * next, MOST_LEFT_OUT) : 1;
  }
}
