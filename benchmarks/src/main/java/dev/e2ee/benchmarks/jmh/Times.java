package dev.e2ee.benchmarks.jmh;

/**
 * How long one fork runs.
 *
 * @param warmups iterations that do not count
 * @param warmupMillis length of each
 * @param measured iterations that count
 * @param measuredMillis length of each
 */
record Times(int warmups, int warmupMillis, int measured, int measuredMillis) {
  private static final int LARGE = 1 << 20;

  /** Large messages get longer to warm up: one call counts once for the JIT, whatever its size. */
  static Times of(boolean quick, long size) {
    if (quick) {
      return size < LARGE ? new Times(2, 500, 2, 500) : new Times(2, 1000, 2, 500);
    }
    return size < LARGE ? new Times(4, 1000, 4, 500) : new Times(8, 1000, 4, 1000);
  }

  /** For the report. */
  String describe() {
    return warmups + " × " + warmupMillis + " ms, " + measured + " × " + measuredMillis + " ms";
  }
}
