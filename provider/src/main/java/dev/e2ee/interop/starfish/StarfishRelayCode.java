package dev.e2ee.interop.starfish;

import dev.e2ee.internal.primitive.derive.Pbkdf2Factory;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.spec.PBEKeySpec;

/**
 * The code that two people tell each other for a pairing through a relay. The relay, or whoever
 * reads what it stores, can try every code on its own machines: PBKDF2 with 600,000 iterations
 * costs a core a tenth of a second for each, and a graphics card some tens of microseconds. Of the
 * 6 digits of Starfish's own client all are tried in a day by one core, and in a minute or so by a
 * card. Whoever has the code while the pairing lasts can put both keys of a device of their own in
 * place of the right one's, and is given the account.
 *
 * <p>So a code is drawn here with 80 bits, and one with less than about 64 writes nothing but by a
 * method that says <em>insecurely</em>. That is judged by its length: of a code that a person has
 * made up nobody knows what it is worth.
 */
public final class StarfishRelayCode implements AutoCloseable {
  private static final int ITERATIONS = 600_000;
  private static final int KEY = 32;
  private static final int MAX_LENGTH = 1024;
  private static final byte[] SALT = {
    's', 't', 'a', 'r', 'f', 'i', 's', 'h', '-', 'p', 'a', 'i', 'r'
  };

  /** Without those that are taken for others: 32 of them, 5 bits each. */
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  private static final int DRAWN = 16;

  /** The fewest characters of a code that is not all digits: 64 bits when they were drawn of 16. */
  private static final int FLOOR = 16;

  /** The fewest digits: 66 bits when they were drawn. */
  private static final int FLOOR_OF_DIGITS = 20;

  private final SecretBytes text;

  private StarfishRelayCode(SecretBytes text) {
    this.text = text;
  }

  /** Draws one of 16 characters, 80 bits. */
  public static StarfishRelayCode generate() {
    byte[] text = Engine.configured().random(DRAWN);
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ALPHABET.charAt(text[i] & 31);
    }
    return new StarfishRelayCode(SecretBytes.adopt(text));
  }

  /**
   * One that a person has typed, just as it is.
   *
   * @param typed 1 to 1024 visible characters of ASCII; stays the caller's, who wipes it
   * @throws IllegalArgumentException for other characters, none or more
   */
  public static StarfishRelayCode of(char[] typed) {
    byte[] text = new byte[typed.length];
    boolean right = typed.length >= 1 && typed.length <= MAX_LENGTH;
    for (int i = 0; right && i < text.length; i++) {
      right = typed[i] > ' ' && typed[i] <= '~';
      text[i] = (byte) typed[i];
    }
    if (!right) {
      Arrays.fill(text, (byte) 0);
      throw new IllegalArgumentException(
          "a code has 1 to " + MAX_LENGTH + " visible characters of ASCII, and no blank");
    }
    return new StarfishRelayCode(SecretBytes.adopt(text));
  }

  /** The characters to show or to say, which the caller wipes. */
  public char[] text() {
    byte[] bytes = text.copy();
    char[] chars = new char[bytes.length];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) bytes[i];
    }
    Arrays.fill(bytes, (byte) 0);
    return chars;
  }

  /**
   * Does nothing for a code that is long enough to be relied upon.
   *
   * @throws IllegalArgumentException for another
   */
  void requireLong() {
    byte[] bytes = text.copy();
    boolean digits = true;
    for (byte each : bytes) {
      digits &= each >= '0' && each <= '9';
    }
    Arrays.fill(bytes, (byte) 0);
    if (bytes.length < (digits ? FLOOR_OF_DIGITS : FLOOR)) {
      throw new IllegalArgumentException(
          "whoever reads the relay's messages can find this code by trying: take one of "
              + FLOOR
              + " characters, or of "
              + FLOOR_OF_DIGITS
              + " digits, that was drawn; or the method that says insecurely");
    }
  }

  /**
   * The key of one pairing's messages, which the caller closes.
   *
   * @param nonce base64 of 16 bytes
   */
  SecretBytes key(Engine engine, String nonce) {
    engine.refuseInProfile("a relay's code, as Starfish has it,", "a handshake of our own");
    byte[] own = Base64.getDecoder().decode(nonce);
    byte[] salt = Arrays.copyOf(SALT, SALT.length + own.length);
    System.arraycopy(own, 0, salt, SALT.length, own.length);
    char[] password = text();
    PBEKeySpec spec = new PBEKeySpec(password, salt, ITERATIONS, KEY * Byte.SIZE);
    try {
      return SecretBytes.adopt(Pbkdf2Factory.derived(engine, "PBKDF2WithHmacSHA256", spec));
    } finally {
      spec.clearPassword();
      Arrays.fill(password, '\0');
    }
  }

  /** Wipes the code. */
  @Override
  public void close() {
    text.close();
  }

  @Override
  public String toString() {
    return "StarfishRelayCode[" + text.length() + " characters]";
  }
}
