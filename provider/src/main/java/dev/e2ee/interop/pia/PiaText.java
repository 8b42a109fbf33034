package dev.e2ee.interop.pia;

import dev.e2ee.internal.format.EnvelopeHeader;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** PIA's binary as text: standard base64 with padding. */
final class PiaText {
  /** The base64 of the longest payload. */
  private static final int MAX_LENGTH =
      (EnvelopeHeader.BOX_OVERHEAD + EnvelopeHeader.MAX_PLAINTEXT + 2) / 3 * 4;

  private PiaText() {}

  /** The bytes of a text that is base64 in its one canonical form. */
  static byte[] base64(String what, @Nullable String text) throws PiaFormatException {
    if (text == null) {
      throw new PiaFormatException("there is no " + what);
    }
    if (text.length() > MAX_LENGTH) {
      throw new PiaFormatException("the " + what + " is longer than 16 MiB in base64");
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (text(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new PiaFormatException("the " + what + " is not base64", e);
    }
    throw new PiaFormatException("the " + what + " is not canonical base64");
  }

  /** The same of this many bytes. */
  static byte[] base64(String what, @Nullable String text, int length) throws PiaFormatException {
    if (text != null && text.length() != (length + 2) / 3 * 4) {
      throw new PiaFormatException("the " + what + " is not base64 of " + length + " bytes");
    }
    byte[] bytes = base64(what, text);
    if (bytes.length != length) {
      throw new PiaFormatException(
          "the " + what + " has " + bytes.length + " bytes, not " + length);
    }
    return bytes;
  }

  static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
