package dev.e2ee.interop.acontext;

import java.util.Base64;

/** Acontext's binary as text, which is public: base64 in its one canonical form. */
final class AcontextText {
  private static final Base64.Encoder PADDED = Base64.getEncoder();
  private static final Base64.Encoder UNPADDED = PADDED.withoutPadding();

  private AcontextText() {}

  static String padded(byte[] bytes) {
    return PADDED.encodeToString(bytes);
  }

  static String unpadded(byte[] bytes) {
    return UNPADDED.encodeToString(bytes);
  }

  /** The bytes of a text with padding. */
  static byte[] padded(String what, String text) throws AcontextFormatException {
    return decoded(PADDED, what, text);
  }

  /** The same of this many bytes. */
  static byte[] padded(String what, String text, int length) throws AcontextFormatException {
    return exact(PADDED, what, text, length);
  }

  /** The bytes of a text without padding. */
  static byte[] unpadded(String what, String text, int length) throws AcontextFormatException {
    return exact(UNPADDED, what, text, length);
  }

  private static byte[] exact(Base64.Encoder canonical, String what, String text, int length)
      throws AcontextFormatException {
    byte[] bytes = decoded(canonical, what, text);
    if (bytes.length != length) {
      throw new AcontextFormatException(
          "the " + what + " has " + bytes.length + " bytes, not " + length);
    }
    return bytes;
  }

  private static byte[] decoded(Base64.Encoder canonical, String what, String text)
      throws AcontextFormatException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (canonical.encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new AcontextFormatException("the " + what + " is not base64", e);
    }
    throw new AcontextFormatException("the " + what + " is not canonical base64");
  }
}
