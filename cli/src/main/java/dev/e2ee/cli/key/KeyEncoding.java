package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import java.util.Arrays;

/** A key of 32 bytes in a file: as it is, or as 64 hex digits. Never as a {@code String}. */
final class KeyEncoding {
  /** The longest such file: hex digits and a line break of two characters. */
  static final int MAX_LENGTH = 66;

  private static final int LENGTH = 32;
  private static final byte[] DIGITS =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private KeyEncoding() {}

  /** 64 lower-case hex digits and a newline. */
  static byte[] hex(byte[] key) {
    byte[] text = new byte[2 * key.length + 1];
    for (int i = 0; i < key.length; i++) {
      text[2 * i] = DIGITS[(key[i] >> 4) & 15];
      text[2 * i + 1] = DIGITS[key[i] & 15];
    }
    text[text.length - 1] = '\n';
    return text;
  }

  /**
   * The key in a file's content.
   *
   * @throws Failure IO for anything but 32 bytes, or 64 hex digits and at most one line break
   */
  static byte[] decode(byte[] content, String name) {
    if (content.length == LENGTH) {
      return content.clone();
    }
    int digits = content.length;
    if (digits > 0 && content[digits - 1] == '\n') {
      digits--;
      if (digits > 0 && content[digits - 1] == '\r') {
        digits--;
      }
    }
    byte[] key = new byte[LENGTH];
    boolean valid = digits == 2 * LENGTH;
    for (int i = 0; valid && i < LENGTH; i++) {
      int high = Character.digit(content[2 * i], 16);
      int low = Character.digit(content[2 * i + 1], 16);
      valid = high >= 0 && low >= 0;
      key[i] = (byte) (high << 4 | low);
    }
    if (!valid) {
      Arrays.fill(key, (byte) 0);
      throw new Failure(
          Exit.IO,
          name + " holds no key: it must be exactly 32 bytes, or 64 hex digits",
          "Check that it is the right file; nothing was brought in.");
    }
    return key;
  }
}
