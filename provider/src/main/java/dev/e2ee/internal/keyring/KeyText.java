package dev.e2ee.internal.keyring;

import dev.e2ee.spi.internal.curve.Curve;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Keys and digests of 32 bytes as a keyring has them: 64 lower-case hex digits. */
public final class KeyText {
  private static final HexFormat HEX = HexFormat.of();
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private KeyText() {}

  /** The text of 32 bytes. */
  public static String of(byte[] bytes) {
    return HEX.formatHex(bytes);
  }

  /** The bytes of such a text. */
  public static byte[] bytes(String text) {
    return HEX.parseHex(text);
  }

  /** Whether a text has the form of one. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * Does nothing for a public key of this curve.
   *
   * @throws IllegalArgumentException for anything else
   */
  // [keyring-3]
  public static void check(Curve curve, String text) {
    if (!isOne(text)) {
      throw new IllegalArgumentException(
          "a public key for " + curve.algorithm() + " is 64 lower-case hex digits");
    }
    try {
      curve.check(bytes(text));
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
