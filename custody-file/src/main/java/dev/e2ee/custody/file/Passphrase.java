package dev.e2ee.custody.file;

import dev.e2ee.custody.file.internal.core.PassphraseText;
import dev.e2ee.spi.SecretBytes;

/**
 * From what a person types to the bytes of a passphrase: UTF-8 of the text's NFC form, 1 to 1024
 * bytes. The callback handler, environment and file sources of a {@code file:} URI do the same.
 */
public final class Passphrase {
  private Passphrase() {}

  /**
   * The bytes of a passphrase.
   *
   * @param text stays the caller's, who wipes it
   * @return the secret, which the caller closes
   * @throws dev.e2ee.spi.CustodyException POLICY when it is empty, too long or no Unicode text
   */
  public static SecretBytes of(char[] text) {
    return PassphraseText.of(text);
  }
}
