package dev.e2ee.custody.file.internal.format;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The text of a keychain's item: {@code e2ee-slot-1}, the 62 bytes of a slot-key file in
 * hexadecimal, and the canonical URI of the key file for which it was made, with one space between.
 * It is US-ASCII: there are keychains that keep nothing else unchanged.
 */
public final class KeychainItemFormat {
  /** The longest text, in characters: Windows takes 2,560 bytes, two for each. */
  public static final int MOST = 1280;

  private static final byte[] OURS = "e2ee-slot-".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BEGIN = "e2ee-slot-1 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SCHEME = "file:".getBytes(StandardCharsets.US_ASCII);
  private static final int URI_AT = BEGIN.length + 2 * SlotKeyFormat.LENGTH + 1;

  private KeychainItemFormat() {}

  /**
   * The text for a slot of a key file.
   *
   * @throws dev.e2ee.spi.CustodyException TOO_LARGE for a path that is too long for an item
   */
  public static SecretBytes encode(Bytes slotId, SecretBytes kek, Path file) {
    byte[] uri = uri(file);
    if (URI_AT + uri.length > MOST) {
      throw Damage.tooLong(file, MOST - URI_AT);
    }
    byte[] slotKey = SlotKeyFormat.encode(slotId, kek);
    byte[] hex = new byte[2 * slotKey.length];
    try {
      for (int i = 0; i < hex.length; i++) {
        int digit = (slotKey[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15;
        hex[i] = (byte) Character.forDigit(digit, 16);
      }
      return SecretBytes.adopt(Bytes.concat(BEGIN, hex, new byte[] {' '}, uri));
    } finally {
      Arrays.fill(slotKey, (byte) 0);
      Arrays.fill(hex, (byte) 0);
    }
  }

  /** Whether a text begins as ours do, in any version and however damaged behind that. */
  public static boolean isOurs(SecretBytes text) {
    byte[] all = text.copy();
    int length = Math.min(all.length, OURS.length);
    boolean ours = Arrays.equals(all, 0, length, OURS, 0, OURS.length);
    Arrays.fill(all, (byte) 0);
    return ours;
  }

  /**
   * The slot-key file in a text, which the caller wipes.
   *
   * @throws dev.e2ee.spi.CustodyException CORRUPT for another text
   */
  public static byte[] slotKey(SecretBytes text) {
    byte[] all = text.copy();
    byte[] slotKey = new byte[SlotKeyFormat.LENGTH];
    boolean right = false;
    try {
      checkForm(all);
      for (int i = 0; i < slotKey.length; i++) {
        int at = BEGIN.length + 2 * i;
        slotKey[i] = (byte) (digit(all[at]) << 4 | digit(all[at + 1]));
      }
      SlotKeyFormat.check(slotKey);
      right = true;
      return slotKey;
    } catch (CustodyException e) {
      throw damaged(SlotKeyFormat.isWhole(slotKey) ? "was altered" : "is torn", e);
    } finally {
      Arrays.fill(all, (byte) 0);
      if (!right) {
        Arrays.fill(slotKey, (byte) 0);
      }
    }
  }

  private static void checkForm(byte[] text) { // [keyfile-47]
    boolean right =
        text.length > URI_AT + SCHEME.length
            && text.length <= MOST
            && Arrays.equals(text, 0, BEGIN.length, BEGIN, 0, BEGIN.length)
            && text[URI_AT - 1] == ' '
            && Arrays.equals(text, URI_AT, URI_AT + SCHEME.length, SCHEME, 0, SCHEME.length);
    for (int i = URI_AT; right && i < text.length; i++) {
      right = text[i] > ' ' && text[i] < 0x7f;
    }
    if (!right) {
      throw Damage.torn("the text does not have the form of a key file's slot");
    }
  }

  private static int digit(byte character) {
    if (!HexFormat.isHexDigit(character) || Character.isUpperCase(character)) {
      throw Damage.torn("the text does not have its hexadecimal digits");
    }
    return HexFormat.fromHexDigit(character);
  }

  /** An item is no file, and what is said of damaged files does not help. */
  private static CustodyException damaged(String how, CustodyException cause) {
    return new CustodyException(
        Kind.CORRUPT,
        "its text "
            + how
            + ": it is not, or not any more, the key of a key file's slot. It was changed in the"
            + " keychain, or is another program's; put the right text back there, or name the right"
            + " service and account",
        cause);
  }

  /** Whether a text that was checked was made for this key file. */
  public static boolean isOf(SecretBytes text, Path file) {
    byte[] all = text.copy();
    byte[] uri = uri(file);
    boolean same = Arrays.equals(all, URI_AT, all.length, uri, 0, uri.length);
    Arrays.fill(all, (byte) 0);
    return same;
  }

  /** The URI of the key file for which a text that was checked was made. */
  public static String madeFor(SecretBytes text) {
    byte[] all = text.copy();
    try {
      return new String(all, URI_AT, all.length - URI_AT, StandardCharsets.US_ASCII);
    } finally {
      Arrays.fill(all, (byte) 0);
    }
  }

  private static byte[] uri(Path file) {
    return CustodyUri.ofFile(file).canonical().getBytes(StandardCharsets.US_ASCII);
  }
}
