package dev.e2ee.spi.internal.custody;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.spi.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * A passphrase as bytes: UTF-8 of its NFC form, so that two keyboards that compose a letter
 * differently give the same key.
 *
 * <p>Text that is in NFC already, as all ASCII is, is never copied into a {@code String}; for other
 * text the JDK's normaliser makes one, which nobody can wipe.
 */
public final class PassphraseBytes {
  /** The longest passphrase in bytes. */
  public static final int MAX = 1024;

  private PassphraseBytes() {}

  /**
   * The bytes of a passphrase, which the caller closes.
   *
   * @param text stays the caller's, who wipes it
   * @throws IllegalArgumentException when it is empty, longer than 1024 bytes, or no Unicode text
   */
  public static SecretBytes of(char[] text) {
    CharBuffer chars = CharBuffer.wrap(text);
    if (!Normalizer.isNormalized(chars, Normalizer.Form.NFC)) {
      chars = CharBuffer.wrap(Normalizer.normalize(chars, Normalizer.Form.NFC));
    }
    try {
      ByteBuffer encoded = UTF_8.newEncoder().encode(chars);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes).rewind();
      encoded.put(new byte[bytes.length]);
      if (bytes.length == 0 || bytes.length > MAX) {
        Arrays.fill(bytes, (byte) 0);
        throw new IllegalArgumentException(
            "a passphrase has 1 to 1024 bytes of UTF-8; give another");
      }
      return SecretBytes.adopt(bytes);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the passphrase has half a surrogate pair, which is no text; type it anew", e);
    }
  }
}
