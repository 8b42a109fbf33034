package dev.e2ee.internal.format;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Base64 for URLs without padding (RFC 4648, section 5), of secrets: characters that can be wiped,
 * never a {@code String}.
 */
public final class Base64Url {
  private Base64Url() {}

  /** Whether a text begins so. */
  public static boolean hasPrefix(char[] text, String prefix) {
    boolean same = text.length >= prefix.length();
    for (int i = 0; same && i < prefix.length(); i++) {
      same = text[i] == prefix.charAt(i);
    }
    return same;
  }

  /**
   * The bytes behind a prefix, which the caller wipes; empty when the text has another prefix or
   * length, a character of no such alphabet, or padding.
   *
   * @param length of the result in bytes, a multiple of 3: then a text is canonical by itself
   */
  public static Optional<byte[]> decode(char[] text, String prefix, int length) {
    int digits = length / 3 * 4;
    if (text.length != prefix.length() + digits || !hasPrefix(text, prefix)) {
      return Optional.empty();
    }
    byte[] ascii = new byte[digits];
    try {
      for (int i = 0; i < digits; i++) {
        char c = text[prefix.length() + i];
        // What is no ASCII becomes a character that the alphabet has not.
        ascii[i] = c < 0x80 ? (byte) c : (byte) '=';
      }
      byte[] bytes = Base64.getUrlDecoder().decode(ascii);
      if (bytes.length == length) {
        return Optional.of(bytes);
      }
      Arrays.fill(bytes, (byte) 0);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(ascii, (byte) 0);
    }
  }

  /** The text of bytes behind a prefix, which the caller wipes. */
  public static char[] encode(String prefix, byte[] bytes) {
    byte[] ascii = Base64.getUrlEncoder().withoutPadding().encode(bytes);
    try {
      char[] text = new char[prefix.length() + ascii.length];
      prefix.getChars(0, prefix.length(), text, 0);
      for (int i = 0; i < ascii.length; i++) {
        text[prefix.length() + i] = (char) ascii[i];
      }
      return text;
    } finally {
      Arrays.fill(ascii, (byte) 0);
    }
  }
}
