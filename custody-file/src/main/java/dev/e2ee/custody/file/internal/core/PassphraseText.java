package dev.e2ee.custody.file.internal.core;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.PassphraseBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A passphrase as a key file takes it: UTF-8 of its NFC form. [keyfile-19] */
public final class PassphraseText {
  private PassphraseText() {}

  /**
   * The bytes of a passphrase; the characters stay the caller's, who wipes them.
   *
   * @throws CustodyException POLICY when it is empty, longer than 1024 bytes or no Unicode text
   */
  public static SecretBytes of(char[] text) {
    try {
      return PassphraseBytes.of(text);
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()), e);
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
