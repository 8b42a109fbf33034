package dev.e2ee.benchmarks.result;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with their units, as tables and commands write them. */
public final class Units {
  private static final Pattern BYTES = Pattern.compile("(\\d+) ?([kmg]?)(i?b)?");
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB"};

  private Units() {}

  /** A number of bytes, such as 64 B, 1 KiB, 16 MiB. */
  public static String bytes(long number) {
    return bytes((double) number);
  }

  /** A mean or median of numbers of bytes, such as 1.50 GiB. */
  public static String bytes(double number) {
    int unit = 0;
    double scaled = number;
    while (scaled >= 1024 && unit < BINARY.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return plain(scaled) + " " + BINARY[unit];
  }

  /**
   * Bytes from text such as 64, 16k, 1 MiB, 10g; the units are binary.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static long parseBytes(String text) {
    Matcher matcher = BYTES.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size: " + text + " (such as 64, 16k, 1m, 10g)");
    }
    int shift = 10 * " kmg".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
    return Long.parseLong(matcher.group(1)) << shift;
  }

  /** A number of operations a second, such as 412,000. */
  public static String perSecond(double number) {
    return plain(number);
  }

  /** Bytes a second in decimal GB/s or MB/s, as {@code openssl speed} counts. */
  public static String speed(double bytesPerSecond) {
    return bytesPerSecond >= 1e9
        ? plain(bytesPerSecond / 1e9) + " GB/s"
        : plain(bytesPerSecond / 1e6) + " MB/s";
  }

  /** Seconds, or milliseconds under one second. */
  public static String seconds(double seconds) {
    return seconds < 1 ? plain(seconds * 1e3) + " ms" : plain(seconds) + " s";
  }

  /** A ratio, with two digits behind the point. */
  public static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  /** About three significant digits, with commas between thousands. */
  static String plain(double number) {
    if (number == Math.rint(number) && number < 1000) {
      return String.format(Locale.ROOT, "%.0f", number);
    }
    if (number < 10) {
      return String.format(Locale.ROOT, "%.2f", number);
    }
    if (number < 100) {
      return String.format(Locale.ROOT, "%.1f", number);
    }
    double step = number < 1000 ? 1 : Math.pow(10, Math.floor(Math.log10(number)) - 2);
    return String.format(Locale.ROOT, "%,.0f", Math.rint(number / step) * step);
  }
}
