package dev.e2ee.internal.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Content behind its length, and zeros behind that: {@code testvectors/spec/store.md}, section 3.
 */
final class RecordPadding {
  private static final int LENGTH = 4;
  private static final int LEAST = 256;

  private RecordPadding() {}

  /** How long length and content become together: so many bytes or up to a sixteenth more. */
  static int padded(int length) {
    if (length <= LEAST) {
      return LEAST;
    }
    int e = highestBit(length);
    int mask = (1 << (e - highestBit(e) - 1)) - 1;
    return (length + mask) & ~mask;
  }

  private static int highestBit(int number) {
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(number);
  }

  /** Whether a padded record has such a length. */
  static boolean isPadded(int length) {
    return length >= LEAST
        && length <= padded(LENGTH + RecordMessage.MAX_CONTENT)
        && padded(length) == length;
  }

  /** The padded form, which the caller wipes. */
  static byte[] pad(byte[] content) {
    return ByteBuffer.allocate(padded(LENGTH + content.length))
        .putInt(content.length)
        .put(content)
        .array();
  }

  /**
   * The content of a padded form, which stays the caller's.
   *
   * @throws AEADBadTagException when it was not padded as here
   */
  static byte[] unpad(byte[] padded) throws AEADBadTagException {
    int length = ByteBuffer.wrap(padded).getInt();
    // [store-9]
    boolean right =
        length >= 0
            && length <= RecordMessage.MAX_CONTENT
            && padded.length == padded(LENGTH + length);
    int rest = 0;
    for (int i = right ? LENGTH + length : 0; i < padded.length; i++) {
      rest |= padded[i];
    }
    if (!right || rest != 0) {
      throw new AEADBadTagException("not padded as it should be");
    }
    return Arrays.copyOfRange(padded, LENGTH, LENGTH + length);
  }
}
