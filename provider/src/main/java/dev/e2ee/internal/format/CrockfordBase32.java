package dev.e2ee.internal.format;

import java.util.Arrays;
import java.util.Optional;

/**
 * Crockford's base32 as people read and type it: no I, L, O and U; when read, I and L are 1, O is
 * 0, and case, dashes and blanks do not matter.
 */
public final class CrockfordBase32 {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int GROUP = 4;
  private static final int BITS = 5;

  private CrockfordBase32() {}

  /** The symbols 0 to 31 as characters, in groups of four with dashes between. */
  public static char[] grouped(byte[] symbols) {
    char[] text = new char[symbols.length + Math.max(0, (symbols.length - 1) / GROUP)];
    for (int i = 0, end = 0; i < symbols.length; i++) {
      if (i > 0 && i % GROUP == 0) {
        text[end++] = '-';
      }
      text[end++] = ALPHABET.charAt(symbols[i]);
    }
    return text;
  }

  /** The symbols of what was typed; empty when it has other characters. */
  public static Optional<byte[]> symbols(CharSequence typed) {
    byte[] symbols = new byte[typed.length()];
    int count = 0;
    for (int i = 0; i < typed.length(); i++) {
      char c = typed.charAt(i);
      if (c == '-' || c == ' ' || (c >= '\t' && c <= '\r')) {
        continue;
      }
      int symbol = symbol(c);
      if (symbol < 0) {
        Arrays.fill(symbols, (byte) 0);
        return Optional.empty();
      }
      symbols[count++] = (byte) symbol;
    }
    byte[] result = Arrays.copyOf(symbols, count);
    Arrays.fill(symbols, (byte) 0);
    return Optional.of(result);
  }

  /** -1 for a character that is none. */
  private static int symbol(char c) {
    return switch (c) {
      case 'O', 'o' -> 0;
      case 'I', 'i', 'L', 'l' -> 1;
      default -> c >= 'a' && c <= 'z' ? ALPHABET.indexOf(c - 'a' + 'A') : ALPHABET.indexOf(c);
    };
  }

  /** The first bits of these bytes as symbols, most significant first, zeros behind the last. */
  public static byte[] symbols(byte[] bytes, int count) {
    return regrouped(bytes, Byte.SIZE, count, BITS);
  }

  /** The first bits of these symbols as bytes. */
  public static byte[] bytes(byte[] symbols, int length) {
    return regrouped(symbols, BITS, length, Byte.SIZE);
  }

  /** The same row of bits in other pieces. */
  private static byte[] regrouped(byte[] in, int from, int count, int to) {
    byte[] out = new byte[count];
    for (int bit = 0; bit < Math.min(in.length * from, count * to); bit++) {
      int set = (in[bit / from] >> (from - 1 - bit % from)) & 1;
      out[bit / to] |= (byte) (set << (to - 1 - bit % to));
    }
    return out;
  }
}
