package dev.e2ee.custody.pkcs11.internal.session;

/**
 * Whether it pays to look for something for a while instead of sleeping until it comes: a wake-up
 * costs as much as a software token's work, but a core that looks is lost to others. After each
 * look in vain, twice as many are left out. For one thread at a time.
 */
final class Looks {
  private static final int MOST_LEFT_OUT = 32;

  private int leftOut;
  private int leftOutNext = 1;

  /** Whether to look now. */
  boolean pay() {
    if (leftOut == 0) {
      return true;
    }
    leftOut--;
    return false;
  }

  /** Whether the last look was not in vain. */
  boolean paid() {
    return leftOutNext == 1;
  }

  /** Tells how one ended. */
  void ended(boolean inVain) {
    leftOut = inVain ? leftOutNext : 0;
    leftOutNext = inVain ? Math.min(2 * leftOutNext, MOST_LEFT_OUT) : 1;
  }
}
