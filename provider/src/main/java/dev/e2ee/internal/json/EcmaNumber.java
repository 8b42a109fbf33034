package dev.e2ee.internal.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Numbers as ECMAScript prints them: ECMA-262, Number::toString with radix 10. The JDK before 19
 * does not find the shortest digits, and later ones never print a single one.
 */
final class EcmaNumber {
  /** So many digits tell every double from the next. */
  private static final int MAX_DIGITS = 17;

  private EcmaNumber() {}

  /** The text in JSON: {@code null} for what is no finite number, {@code 0} for both zeros. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    if (value == 0) {
      return "0";
    }
    return (value < 0 ? "-" : "") + printed(shortest(Math.abs(value)));
  }

  /** The decimal of the fewest digits that is read as this double; of several, the nearest one. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < MAX_DIGITS; digits++) {
      Optional<BigDecimal> found = readAs(value, exact, digits);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return exact.round(new MathContext(MAX_DIGITS, RoundingMode.HALF_EVEN));
  }

  /** Below a power of two the doubles lie closer: the nearest decimal may be another's. */
  private static Optional<BigDecimal> readAs(double value, BigDecimal exact, int digits) {
    return Stream.of(RoundingMode.HALF_EVEN, RoundingMode.FLOOR, RoundingMode.CEILING)
        .map(rounding -> exact.round(new MathContext(digits, rounding)))
        .filter(decimal -> decimal.doubleValue() == value)
        .findFirst();
  }

  /** With the names of ECMA-262: k digits, the point after n of them. */
  private static String printed(BigDecimal decimal) {
    BigDecimal stripped = decimal.stripTrailingZeros();
    String digits = stripped.unscaledValue().toString();
    int k = digits.length();
    int n = k - stripped.scale();
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
