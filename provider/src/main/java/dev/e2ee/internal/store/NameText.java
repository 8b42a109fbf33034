package dev.e2ee.internal.store;

import dev.e2ee.internal.format.CrockfordBase32;
import dev.e2ee.store.MalformedStoreException;

/** Encrypted names as text: {@code testvectors/spec/store.md}, section 4. */
final class NameText {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int BITS = 5;
  private static final int SHORTEST = NameCore.SIV + NameCore.BLOCK;
  private static final int LONGEST = NameCore.SIV + NameCore.padded(NameCore.MAX_PATH);

  private NameText() {}

  /** The characters of these bytes. */
  static String of(byte[] bytes) {
    byte[] symbols = CrockfordBase32.symbols(bytes, symbols(bytes.length));
    StringBuilder text = new StringBuilder(symbols.length);
    for (byte symbol : symbols) {
      text.append(ALPHABET.charAt(symbol));
    }
    return text.toString();
  }

  private static int symbols(int bytes) {
    return (Byte.SIZE * bytes + BITS - 1) / BITS;
  }

  /**
   * The bytes of a name.
   *
   * @throws MalformedStoreException for a text that no writer gives
   */
  static byte[] bytes(String text) throws MalformedStoreException {
    // [store-11]
    int length = (int) ((long) text.length() * BITS / Byte.SIZE);
    if (length < SHORTEST
        || length > LONGEST
        || length % NameCore.BLOCK != 0
        || text.length() != symbols(length)) {
      throw new MalformedStoreException(
          "no encrypted name has " + text.length() + " characters; it was cut, or is none");
    }
    byte[] symbols = new byte[text.length()];
    for (int i = 0; i < symbols.length; i++) {
      int symbol = ALPHABET.indexOf(text.charAt(i));
      if (symbol < 0) {
        throw new MalformedStoreException(
            "an encrypted name has digits and lower-case letters only, and no i, l, o and u");
      }
      symbols[i] = (byte) symbol;
    }
    byte[] bytes = CrockfordBase32.bytes(symbols, length);
    if (!of(bytes).equals(text)) {
      throw new MalformedStoreException("not an encrypted name: bits stand behind its end");
    }
    return bytes;
  }
}
