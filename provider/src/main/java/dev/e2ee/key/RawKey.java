package dev.e2ee.key;

import dev.e2ee.spi.SecretBytes;
import java.util.Arrays;

/**
 * A secret key that was derived, agreed on or unwrapped here, under the name of an algorithm that
 * its caller gave: 1 to 16,384 bytes.
 */
public final class RawKey extends SoftwareKey {
  /** The most bytes that one has. */
  public static final int LONGEST = 16_384;

  private static final long serialVersionUID = 1L;

  private RawKey(String algorithm, byte[] bytes) {
    super(algorithm, bytes, 1, LONGEST);
  }

  /**
   * From a copy of its bytes.
   *
   * @param algorithm such as {@code AES}
   * @throws IllegalArgumentException for an empty name, for no bytes, or more than 16,384
   */
  public static RawKey of(String algorithm, byte[] bytes) {
    if (algorithm.isEmpty()) {
      throw new IllegalArgumentException("the key needs the name of an algorithm");
    }
    return new RawKey(algorithm, bytes);
  }

  /** The same of secret bytes, which stay the caller's. */
  public static RawKey of(String algorithm, SecretBytes secret) {
    byte[] bytes = secret.copy();
    try {
      return of(algorithm, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
