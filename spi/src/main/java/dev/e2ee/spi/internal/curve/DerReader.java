package dev.e2ee.spi.internal.curve;

import java.util.Arrays;

/**
 * Reads DER, ITU-T X.690, as far as keys and signatures need it: definite lengths in their shortest
 * form, tags of one byte.
 */
final class DerReader {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private int position;
  private final int end;

  DerReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private DerReader(byte[] bytes, int position, int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** The bytes are not what was expected, or not DER. */
  static final class NotDerException extends Exception {
    private static final long serialVersionUID = 1L;

    NotDerException(String message) {
      super(message);
    }
  }

  /** Goes into the next value, which this one continues behind. */
  DerReader enter(int tag) throws NotDerException {
    int length = length(tag);
    DerReader inside = new DerReader(bytes, position, position + length);
    position += length;
    return inside;
  }

  /** The content of the next value. */
  byte[] take(int tag) throws NotDerException {
    int length = length(tag);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** Whether the next value is one of these; false at the end. */
  boolean isAt(int tag) {
    return position < end && (bytes[position] & 0xff) == tag;
  }

  /** Refuses bytes that are left. */
  void end() throws NotDerException {
    if (position != end) {
      throw new NotDerException("there are bytes behind the end");
    }
  }

  /** Reads the head of a value. */
  private int length(int tag) throws NotDerException {
    if (next() != tag) {
      throw new NotDerException("another tag than expected");
    }
    int length = next();
    if (length == 0x81) {
      length = next();
      if (length < 0x80) {
        throw new NotDerException("a length that is not in its shortest form");
      }
    } else if (length > 0x80) {
      throw new NotDerException("a value longer than 255 bytes");
    } else if (length == 0x80) {
      throw new NotDerException("an indefinite length");
    }
    if (length > end - position) {
      throw new NotDerException("a value that runs past the end");
    }
    return length;
  }

  private int next() throws NotDerException {
    if (position >= end) {
      throw new NotDerException("the bytes end too early");
    }
    return bytes[position++] & 0xff;
  }
}
