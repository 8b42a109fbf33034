package dev.e2ee.custody.file.internal.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads big-endian fields of bytes whose checksum is right; running out of them is an alteration.
 */
final class ByteReader {
  private final ByteBuffer buffer;

  ByteReader(byte[] bytes, int offset, int length) {
    this.buffer = ByteBuffer.wrap(bytes, offset, length);
  }

  int u8(String what) {
    return need(1, what).get() & 0xff;
  }

  int u16(String what) {
    return need(2, what).getShort() & 0xffff;
  }

  long u32(String what) {
    return need(4, what).getInt() & 0xffffffffL;
  }

  /** An unsigned 64-bit number of which only 0 to {@code most} is allowed. */
  long u64(String what, long most) {
    long value = need(8, what).getLong();
    if (value < 0 || value > most) {
      throw Damage.altered("its " + what + " is out of bounds");
    }
    return value;
  }

  byte[] bytes(int length, String what) {
    byte[] out = new byte[length];
    need(length, what).get(out);
    return out;
  }

  String utf8(int length, String what) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes(length, what)))
          .toString();
    } catch (CharacterCodingException e) {
      throw Damage.altered("its " + what + " is not UTF-8");
    }
  }

  int position() {
    return buffer.position();
  }

  void end() {
    if (buffer.hasRemaining()) {
      throw Damage.altered("it has bytes after its last field");
    }
  }

  private ByteBuffer need(int length, String what) {
    if (buffer.remaining() < length) {
      throw Damage.altered("it ends within its " + what);
    }
    return buffer;
  }
}
