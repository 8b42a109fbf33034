package dev.e2ee.internal.json;

import java.math.BigInteger;

/**
 * Numbers as ECMAScript prints them: ECMA-262, Number::toString with radix 10. The JDK before 19
 * does not find the shortest digits, and later ones never print a single one.
 *
 * <p>A finite double is {@code c * 2^q}, and every decimal nearer to it than to its neighbours is
 * read as it. With the largest {@code k} for which {@code 10^k} is not more than the distance of
 * two neighbours, some multiple of {@code 10^k} lies among those decimals, and of {@code 10^(k+1)}
 * one at the most: that one is the shortest, or else the multiple of {@code 10^k} that is nearest.
 */
final class EcmaNumber {
  /** The doubles up to it in amount that are integers are told from their neighbours. */
  private static final double MAX_SAFE = 9_007_199_254_740_991d;

  private static final long HIDDEN_BIT = 1L << 52;
  private static final int LEAST_EXPONENT = -1074;
  private static final int MOST_SCALE = 324;

  /** No multiple of log10(2) up to 1074 is so near to an integer that a double would miss it. */
  private static final double LOG10_OF_2 = Math.log10(2);

  /** Below a power of two the neighbour is half as far as above. */
  private static final double LOG10_OF_3_QUARTERS = Math.log10(0.75);

  private static final BigInteger[] POWERS_OF_FIVE = powersOfFive();

  private EcmaNumber() {}

  private static BigInteger[] powersOfFive() {
    BigInteger[] powers = new BigInteger[MOST_SCALE + 1];
    powers[0] = BigInteger.ONE;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1].multiply(BigInteger.valueOf(5));
    }
    return powers;
  }

  /** The text in JSON: {@code null} for what is no finite number, {@code 0} for both zeros. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    if (Math.abs(value) <= MAX_SAFE && value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    return (value < 0 ? "-" : "") + positive(Double.doubleToRawLongBits(Math.abs(value)));
  }

  private static String positive(long bits) {
    int biased = (int) (bits >>> 52);
    long fraction = bits & (HIDDEN_BIT - 1);
    long c = biased == 0 ? fraction : fraction | HIDDEN_BIT;
    int q = LEAST_EXPONENT + Math.max(biased, 1) - 1;
    boolean halfBelow = c == HIDDEN_BIT && q > LEAST_EXPONENT;
    int k = (int) Math.floor(q * LOG10_OF_2 + (halfBelow ? LOG10_OF_3_QUARTERS : 0));
    // Each four times as large, for the ends of the interval to be integers times 2^q.
    long low = scaled(4 * c - (halfBelow ? 1 : 2), q, k);
    long high = scaled(4 * c + 2, q, k);
    long open = c & 1; // the ends are read as the neighbour whose c is even
    long digits = scaled(4 * c, q, k) >> 2;
    long tens = digits / 10 * 10;
    if (tens > 0 && low + open <= 4 * tens) {
      return printed(tens, k);
    }
    if (digits >= 10 && 4 * (tens + 10) + open <= high) {
      return printed(tens + 10, k);
    }
    boolean isIn = low + open <= 4 * digits;
    boolean nextIsIn = 4 * (digits + 1) + open <= high;
    boolean nextIsNearer = isNextNearer(scaled(4 * c, q, k), digits);
    return printed(nextIsIn && (!isIn || nextIsNearer) ? digits + 1 : digits, k);
  }

  private static boolean isNextNearer(long value, long digits) {
    long middle = 4 * digits + 2;
    return value > middle || (value == middle && (digits & 1) == 1);
  }

  /**
   * The integer part of {@code x * 2^q / 10^k}, and made odd where there is a rest: so it compares
   * with an even integer as the whole does.
   */
  private static long scaled(long x, int q, int k) {
    int e = q - k; // 10^k is 5^k * 2^k
    if (k > 0) {
      BigInteger[] parts = BigInteger.valueOf(x).shiftLeft(e).divideAndRemainder(POWERS_OF_FIVE[k]);
      return parts[0].longValueExact() | parts[1].signum();
    }
    BigInteger product = BigInteger.valueOf(x).multiply(POWERS_OF_FIVE[-k]);
    long whole = product.shiftRight(-e).longValueExact();
    return product.getLowestSetBit() < -e ? whole | 1 : whole;
  }

  /** With the names of ECMA-262: k digits, the point after n of them. */
  private static String printed(long multiple, int scale) {
    long stripped = multiple;
    int zeros = 0;
    while (stripped % 10 == 0) {
      stripped /= 10;
      zeros++;
    }
    String digits = Long.toString(stripped);
    int k = digits.length();
    int n = k + scale + zeros;
    if (k <= n && n <= 21) {
      return digits + "0".repeat(n - k);
    }
    if (0 < n && n <= 21) {
      return digits.substring(0, n) + "." + digits.substring(n);
    }
    if (-6 < n && n <= 0) {
      return "0." + "0".repeat(-n) + digits;
    }
    String exponent = (n > 0 ? "e+" : "e-") + Math.abs(n - 1);
    return k == 1 ? digits + exponent : digits.charAt(0) + "." + digits.substring(1) + exponent;
  }
}
