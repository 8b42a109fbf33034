package dev.e2ee.timing;

import java.util.Arrays;
import java.util.Random;

/**
 * Whether an operation's time depends on which of two inputs it gets, after Reparaz, Balasch and
 * Verbauwhede, "Dude, is my code constant time?": both in random order, from one place in memory,
 * Welch's t-test of the two samples, without the slowest, which other programs have made slow.
 */
final class Dudect {
  /** Beyond it, the authors say, the times differ for sure. */
  static final double CERTAIN = 10;

  private static final int BATCH = 50;
  private static final int SAMPLES = 10_000;
  private static final double[] KEPT = {0.5, 0.8, 0.95};

  @SuppressWarnings("UnusedVariable") // written, so that no compiler leaves the work out
  private static volatile int sink;

  private Dudect() {}

  /** What is measured: answers, so that no compiler leaves it out. */
  interface Operation {
    int run(byte[] input);
  }

  /** The t of two inputs of one operation, the largest of several cuts, with its sign. */
  static double t(Operation operation, byte[] first, byte[] second, Random random) {
    measure(operation, first, second, random);
    Samples samples = measure(operation, first, second, random);
    double largest = 0;
    for (double kept : KEPT) {
      double t = samples.t(kept);
      largest = Math.abs(t) > Math.abs(largest) ? t : largest;
    }
    return largest;
  }

  private static Samples measure(Operation operation, byte[] first, byte[] second, Random random) {
    Samples samples = new Samples();
    byte[] input = new byte[first.length];
    for (int i = 0; i < SAMPLES; i++) {
      boolean one = random.nextBoolean();
      System.arraycopy(one ? first : second, 0, input, 0, input.length);
      int sum = 0;
      long start = System.nanoTime();
      for (int n = 0; n < BATCH; n++) {
        sum += operation.run(input);
      }
      samples.nanos[i] = System.nanoTime() - start;
      samples.first[i] = one;
      sink = sum;
    }
    return samples;
  }

  private static final class Samples {
    private final long[] nanos = new long[SAMPLES];
    private final boolean[] first = new boolean[SAMPLES];

    /** Of so great a part, the fastest. */
    double t(double kept) {
      long[] sorted = nanos.clone();
      Arrays.sort(sorted);
      long limit = sorted[(int) (kept * (sorted.length - 1))];
      double[] count = new double[2];
      double[] mean = new double[2];
      double[] squares = new double[2];
      for (int i = 0; i < nanos.length; i++) {
        if (nanos[i] <= limit) {
          int c = first[i] ? 0 : 1;
          count[c]++;
          double delta = nanos[i] - mean[c];
          mean[c] += delta / count[c];
          squares[c] += delta * (nanos[i] - mean[c]);
        }
      }
      double variance =
          squares[0] / (count[0] - 1) / count[0] + squares[1] / (count[1] - 1) / count[1];
      return (mean[0] - mean[1]) / Math.sqrt(variance);
    }
  }
}
