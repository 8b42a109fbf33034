package dev.e2ee.interop.acontext;

import dev.e2ee.key.UserMasterKey;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** The master key of the token that Acontext ships, which is published. */
final class AcontextMasterKey {
  private static final byte[] PUBLISHED = HexFormat.of().parseHex("0123456789abcdef".repeat(4));

  private AcontextMasterKey() {}

  /**
   * Does nothing for a key that is a secret.
   *
   * @throws IllegalArgumentException for the published one
   */
  static void requireSecret(UserMasterKey key) {
    byte[] bytes = key.getEncoded();
    try {
      if (MessageDigest.isEqual(bytes, PUBLISHED)) {
        throw new IllegalArgumentException(
            "this is the master key of the token that Acontext ships, which everybody knows: what is"
                + " under it can be opened, nothing is sealed. Make a project with a random key");
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
