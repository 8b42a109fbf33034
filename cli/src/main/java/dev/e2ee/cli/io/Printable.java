package dev.e2ee.cli.io;

/**
 * Text that came from somebody else, as it may be printed: control characters, and others that are
 * not seen but change what is seen, stand as their numbers. So nothing in it can steer a terminal,
 * turn the reading direction or begin a line of its own.
 */
public final class Printable {
  private static final int LONGEST_LINE = 4096;

  private Printable() {}

  /** The same text, in one line. */
  public static String of(String text) {
    return escaped(text, false);
  }

  /** The same text in one line, of which a person is shown no more than 4096 characters. */
  public static String line(String text) {
    return of(text.length() <= LONGEST_LINE ? text : text.substring(0, LONGEST_LINE) + "\u2026");
  }

  /** The same text, with the line ends that it has; of JSON the same value. */
  public static String lines(String text) {
    return escaped(text, true);
  }

  private static String escaped(String text, boolean lines) {
    if (text.codePoints().noneMatch(c -> steers(c, lines))) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (steers(c, lines)) {
                for (char unit : Character.toChars(c)) {
                  out.append(String.format("\\u%04X", (int) unit));
                }
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static boolean steers(int c, boolean lines) {
    if (lines && (c == '\n' || c == '\t')) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
