package dev.e2ee.token;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The public name of an API token: 16 bytes, which its seed gives. */
public final class ApiTokenId {
  /** The length of an id in bytes. */
  public static final int LENGTH = 16;

  private final byte[] bytes;

  private ApiTokenId(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * An id from its 16 bytes.
   *
   * @throws IllegalArgumentException for another length
   */
  public static ApiTokenId of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("the id of a token has 16 bytes, not " + bytes.length);
    }
    return new ApiTokenId(bytes.clone());
  }

  /** A fresh copy of the 16 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ApiTokenId id && MessageDigest.isEqual(bytes, id.bytes);
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
