package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.util.Arrays;

/** HKDF-Expand with SHA-256, <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>. */
public final class Hkdf {
  private static final byte[] FIRST = {1};

  private Hkdf() {}

  /**
   * One block of output, which is all that our formats ask for: T(1) = HMAC(prk, info || 0x01).
   *
   * @param prk 32 bytes, uniformly random
   * @param length of the result, 1 to 32 bytes
   */
  public static byte[] expand(Engine engine, SecretBytes prk, byte[] info, int length) {
    if (length < 1 || length > 32) {
      throw new IllegalArgumentException("one block gives 1 to 32 bytes, not " + length);
    }
    byte[] block = engine.hmacSha256(prk, info, FIRST);
    try {
      return Arrays.copyOf(block, length);
    } finally {
      Arrays.fill(block, (byte) 0);
    }
  }
}
