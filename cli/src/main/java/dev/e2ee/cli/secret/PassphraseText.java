package dev.e2ee.cli.secret;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that a person or file gave, as the characters of a passphrase. The custody normalises them
 * (NFC), for every way in.
 */
final class PassphraseText {
  private PassphraseText() {}

  /**
   * A file's content without one newline at its end.
   *
   * @param what such as {@code the code from FILE}, for a person
   */
  static char[] fromFile(byte[] bytes, String what) {
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
      if (length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
    }
    return decode(bytes, length, what);
  }

  /**
   * Strict UTF-8, 1 to 1024 bytes.
   *
   * @throws Failure LOCKED when it is empty, too long or not UTF-8
   */
  static char[] decode(byte[] bytes, int length, String what) {
    if (length == 0) {
      throw new Failure(Exit.LOCKED, what + " is empty", "");
    }
    if (length > PassphraseSource.MAX_BYTES) {
      throw new Failure(
          Exit.LOCKED,
          what + " is longer than " + PassphraseSource.MAX_BYTES + " bytes",
          "Check that it is the right file.");
    }
    CharBuffer decoded = CharBuffer.allocate(length);
    try {
      var result =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, 0, length), decoded, true);
      if (result.isError()) {
        result.throwException();
      }
      char[] text = new char[decoded.flip().remaining()];
      decoded.get(text);
      return text;
    } catch (CharacterCodingException e) {
      throw new Failure(Exit.LOCKED, what + " is not UTF-8", "Write it as UTF-8.", e);
    } finally {
      Arrays.fill(decoded.array(), '\0');
    }
  }
}
