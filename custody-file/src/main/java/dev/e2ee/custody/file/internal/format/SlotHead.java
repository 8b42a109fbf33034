package dev.e2ee.custody.file.internal.format;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The public part of a slot.
 *
 * @param id 16 random bytes
 * @param created in seconds since 1970
 * @param label for people: at most 64 bytes of UTF-8, no control characters
 */
public record SlotHead(Bytes id, long created, String label) {
  /** The length of a slot's id in bytes. */
  public static final int ID = 16;

  private static final int MAX_LABEL = 64;

  /**
   * Checks a label that a caller gives.
   *
   * @throws CustodyException POLICY when it does not fit
   */
  public static void checkLabel(String label) {
    if (!fits(label)) {
      throw new CustodyException(
          Kind.POLICY,
          "a slot's label has at most 64 bytes of UTF-8 and no control characters; shorten it");
    }
  }

  /** A text as a label: what has no room, or cannot stand in one, is cut off with all behind it. */
  public static String shortened(String text) {
    String label = text;
    for (int end = text.length(); !fits(label); ) {
      end = text.offsetByCodePoints(end, -1);
      label = text.substring(0, end) + "\u2026";
    }
    return label;
  }

  private static boolean fits(String label) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(label)
        && label.getBytes(StandardCharsets.UTF_8).length <= MAX_LABEL
        && label.chars().noneMatch(Character::isISOControl);
  }

  /** The slot's bytes from its type to the length of its body. */
  public byte[] encode(int type, int bodyLength) {
    byte[] text = label.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + ID + 8 + 1 + text.length + 2)
        .put((byte) type)
        .put(id.copy())
        .putLong(created)
        .put((byte) text.length)
        .put(text)
        .putShort((short) bodyLength)
        .array();
  }

  /** Reads what follows the type, up to the label. */
  static SlotHead read(ByteReader in) {
    Bytes id = Bytes.of(in.bytes(ID, "slot id"));
    long created = in.u64("slot's time", KeyRow.MAX_TIME);
    int length = in.u8("label length");
    if (length > MAX_LABEL) {
      throw Damage.altered("a slot's label is too long"); // [keyfile-11]
    }
    String label = in.utf8(length, "slot's label");
    if (!fits(label)) {
      throw Damage.altered("a slot's label has a control character"); // [keyfile-11]
    }
    return new SlotHead(id, created, label);
  }
}
