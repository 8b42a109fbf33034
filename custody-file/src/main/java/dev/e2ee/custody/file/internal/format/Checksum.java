package dev.e2ee.custody.file.internal.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C (RFC 3720 appendix B.4) over everything before it: tells torn from altered. */
final class Checksum {
  static final int LENGTH = 4;

  private Checksum() {}

  static byte[] append(byte[] content) {
    ByteBuffer out = ByteBuffer.allocate(content.length + LENGTH);
    return out.put(content).putInt(crc(content, content.length)).array();
  }

  static boolean isRight(byte[] file) {
    int end = file.length - LENGTH;
    return ByteBuffer.wrap(file).getInt(end) == crc(file, end);
  }

  private static int crc(byte[] content, int length) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, length);
    return (int) crc.getValue();
  }
}
