package dev.e2ee.custody.file.internal.format;

import dev.e2ee.spi.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The 62 bytes of a slot-key file: magic, version, slot id, the slot's 32-byte key, CRC-32C. */
public final class SlotKeyFormat {
  /** Its length in bytes. */
  public static final int LENGTH = 8 + 2 + SlotHead.ID + 32 + Checksum.LENGTH;

  private static final byte[] MAGIC = "E2EESLOT".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_AT = 10 + SlotHead.ID;

  private SlotKeyFormat() {}

  /** The file for a slot; the caller wipes the array. */
  public static byte[] encode(Bytes slotId, SecretBytes kek) {
    byte[] key = kek.copy();
    byte[] content =
        Bytes.concat(
            ByteBuffer.allocate(10).put(MAGIC).putShort((short) 1).array(), slotId.copy(), key);
    try {
      return Checksum.append(content);
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Refuses what is not a slot-key file.
   *
   * @throws dev.e2ee.spi.CustodyException CORRUPT
   */
  public static void check(byte[] file) { // [keyfile-24]
    if (!hasForm(file)) {
      throw Damage.torn("a slot-key file has 62 bytes and begins with E2EESLOT");
    }
    if (!Checksum.isRight(file)) {
      throw Damage.torn("the checksum of the slot-key file is wrong");
    }
    if (ByteBuffer.wrap(file).getShort(8) != 1) {
      throw Damage.altered("the version of the slot-key file is not 1");
    }
  }

  private static boolean hasForm(byte[] file) {
    return file.length == LENGTH && Arrays.equals(file, 0, 8, MAGIC, 0, 8);
  }

  /** Whether it is one and not torn, of whatever version. */
  static boolean isWhole(byte[] file) {
    return hasForm(file) && Checksum.isRight(file);
  }

  /** The id of the slot that a checked file opens. */
  public static Bytes slotId(byte[] file) {
    return Bytes.of(Arrays.copyOfRange(file, 10, KEY_AT));
  }

  /** The key in a checked file, which the caller closes. */
  public static SecretBytes key(byte[] file) {
    return SecretBytes.adopt(Arrays.copyOfRange(file, KEY_AT, KEY_AT + 32));
  }
}
