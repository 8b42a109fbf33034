package dev.e2ee.custody.file;

import dev.e2ee.custody.file.internal.format.Bytes;
import java.util.HexFormat;

/**
 * The public, random id of a slot: 16 bytes.
 *
 * @param value 32 lower-case hex digits
 */
public record SlotId(String value) {
  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException for anything but 32 lower-case hex digits
   */
  public SlotId {
    if (!value.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("a slot id is 32 lower-case hex digits");
    }
  }

  static SlotId of(Bytes id) {
    return new SlotId(id.toString());
  }

  Bytes bytes() {
    return Bytes.of(HexFormat.of().parseHex(value));
  }

  /** The 32 hex digits. */
  @Override
  public String toString() {
    return value;
  }
}
