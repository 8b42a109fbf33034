package dev.e2ee.custody.file.internal.core;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A passphrase as bytes: UTF-8 of its NFC form, so that two keyboards that compose a letter
 * differently give the same key. [keyfile-19]
 *
 * <p>Text that is in NFC already, as all ASCII is, is never copied into a {@code String}; for other
 * text the JDK's normaliser makes one, which nobody can wipe.
 */
public final class PassphraseText {
  /** The longest passphrase in bytes. */
  public static final int MAX_BYTES = 1024;

  private PassphraseText() {}

  /**
   * The bytes of a passphrase; the characters stay the caller's, who wipes them.
   *
   * @throws CustodyException POLICY when it is empty, longer than 1024 bytes or no Unicode text
   */
  public static SecretBytes of(char[] text) {
    CharBuffer chars = CharBuffer.wrap(text);
    if (!Normalizer.isNormalized(chars, Normalizer.Form.NFC)) {
      chars = CharBuffer.wrap(Normalizer.normalize(chars, Normalizer.Form.NFC));
    }
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(chars);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes).rewind();
      encoded.put(new byte[bytes.length]);
      if (bytes.length == 0 || bytes.length > MAX_BYTES) {
        Arrays.fill(bytes, (byte) 0);
        throw refused("a passphrase has 1 to 1024 bytes of UTF-8; give another", null);
      }
      return SecretBytes.adopt(bytes);
    } catch (CharacterCodingException e) {
      throw refused("the passphrase has half a surrogate pair, which is no text; type it anew", e);
    }
  }

  /** The passphrase in a file's content: UTF-8, without the one line break that ends it. */
  public static SecretBytes ofFile(byte[] content) {
    int end = content.length;
    if (end > 0 && content[end - 1] == '\n') {
      end--;
      if (end > 0 && content[end - 1] == '\r') {
        end--;
      }
    }
    CharBuffer chars;
    try {
      chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 0, end));
    } catch (CharacterCodingException e) {
      throw refused("the passphrase file is not UTF-8 text; write it anew", e);
    }
    char[] text = new char[chars.remaining()];
    chars.get(text).rewind();
    chars.put(new char[text.length]);
    try {
      return of(text);
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private static CustodyException refused(String why, @Nullable Throwable cause) {
    return new CustodyException(Kind.POLICY, why, cause);
  }
}
