package dev.e2ee.internal.format;

import java.util.Objects;

/** The texts that name users, devices and records: 1 to 1024 bytes of strict UTF-8. */
public final class Identifier {
  /** The most bytes of UTF-8. */
  public static final int MAX_LENGTH = 1024;

  private Identifier() {}

  /**
   * The text, when it is one.
   *
   * @param what the text is, for the message
   * @throws IllegalArgumentException when it is empty, too long, or has a lone surrogate
   */
  public static String check(String what, String text) {
    long length = utf8Length(what, Objects.requireNonNull(text, what));
    // [envelope-15]
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the " + what + " must have 1 to " + MAX_LENGTH + " bytes of UTF-8, not " + length);
    }
    return text;
  }

  /**
   * As it can be shown to a person: whoever chose it may have put in what moves the cursor or turns
   * the direction of writing. Such characters become {@code \\uXXXX}.
   */
  public static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append(String.format("\\u%04X", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  private static long utf8Length(String what, String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        // [envelope-14]
        if (!Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          throw new IllegalArgumentException("the " + what + " holds a lone surrogate");
        }
        i++;
        length += 4;
      } else {
        length += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    return length;
  }
}
