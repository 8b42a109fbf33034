package dev.e2ee.spi.key;

import java.util.Arrays;
import java.util.HexFormat;

/** The public id of one generation of a key: 16 bytes, random for a key made in custody. */
public final class KeyId {
  /** The length of an id in bytes. */
  public static final int LENGTH = 16;

  private final byte[] bytes;

  private KeyId(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * An id from its 16 bytes.
   *
   * @throws IllegalArgumentException for another length
   */
  public static KeyId of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a key id has 16 bytes, not " + bytes.length);
    }
    return new KeyId(bytes.clone());
  }

  /**
   * An id from its 32 lower-case hex digits, as {@link #toString} writes it.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static KeyId parse(String hex) {
    if (!hex.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("a key id is 32 lower-case hex digits");
    }
    return new KeyId(HexFormat.of().parseHex(hex));
  }

  /** A fresh copy of the 16 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The 32 lower-case hex digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
