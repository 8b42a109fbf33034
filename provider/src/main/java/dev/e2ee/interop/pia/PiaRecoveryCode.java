package dev.e2ee.interop.pia;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;

/**
 * A recovery code of PIA's: 26 characters of base32, shown in groups of four. It has no checksum;
 * {@link dev.e2ee.recovery.RecoveryCode} has one. What the key is derived from is the text itself.
 */
public final class PiaRecoveryCode implements AutoCloseable {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int LENGTH = 26;
  private static final int ENTROPY = 16;
  private static final int GROUP = 4;

  private final SecretBytes text;

  private PiaRecoveryCode(SecretBytes text) {
    this.text = text;
  }

  /** Draws a new one. */
  public static PiaRecoveryCode generate() {
    byte[] entropy = Engine.configured().random(ENTROPY);
    byte[] text = new byte[LENGTH];
    for (int bit = 0; bit < ENTROPY * Byte.SIZE; bit++) {
      int set = (entropy[bit / Byte.SIZE] >> (7 - bit % Byte.SIZE)) & 1;
      text[bit / 5] |= (byte) (set << (4 - bit % 5));
    }
    for (int i = 0; i < LENGTH; i++) {
      text[i] = (byte) ALPHABET.charAt(text[i]);
    }
    Arrays.fill(entropy, (byte) 0);
    return new PiaRecoveryCode(SecretBytes.adopt(text));
  }

  /**
   * Reads what a person typed as PIA does: dashes go, letters become upper case. A blank in the
   * middle is refused, as it is there.
   *
   * @param typed stays the caller's, who wipes it
   * @throws PiaFormatException for another length or other characters
   */
  public static PiaRecoveryCode parse(char[] typed) throws PiaFormatException {
    byte[] text = new byte[LENGTH];
    int count = 0;
    for (char c : typed) {
      if (c == '-') {
        continue;
      }
      char upper = c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
      if (count == LENGTH || ALPHABET.indexOf(upper) < 0) {
        Arrays.fill(text, (byte) 0);
        throw new PiaFormatException(
            "a recovery code of PIA's has 26 letters A to Z and digits 2 to 7, and dashes");
      }
      text[count++] = (byte) upper;
    }
    if (count < LENGTH) {
      Arrays.fill(text, (byte) 0);
      throw new PiaFormatException("the recovery code is too short: it has 26 characters");
    }
    return new PiaRecoveryCode(SecretBytes.adopt(text));
  }

  /** What the key is derived from: 26 ASCII characters, which the caller closes. */
  SecretBytes kdfInput() {
    return SecretBytes.adopt(text.copy());
  }

  /** The characters to write down, in groups of four with dashes, which the caller wipes. */
  public char[] text() {
    byte[] bytes = text.copy();
    char[] out = new char[LENGTH + (LENGTH - 1) / GROUP];
    for (int i = 0, end = 0; i < LENGTH; i++) {
      if (i > 0 && i % GROUP == 0) {
        out[end++] = '-';
      }
      out[end++] = (char) bytes[i];
    }
    Arrays.fill(bytes, (byte) 0);
    return out;
  }

  /** Wipes the code. */
  @Override
  public void close() {
    text.close();
  }

  @Override
  public String toString() {
    return "PiaRecoveryCode[128 bits]";
  }
}
