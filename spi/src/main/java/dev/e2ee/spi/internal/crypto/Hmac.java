package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.util.Arrays;

/**
 * HMAC, <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104</a>, over a digest of the JDK's
 * own, which is used again for each message. The JDK's {@code Mac} is the same over the same
 * digest, but it looks that up anew for each object, in three times the time of the hashing, and an
 * object that is kept holds on to its key. This one holds nothing between two messages. For one
 * thread at a time.
 */
final class Hmac {
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private final MessageDigest digest;
  private final byte[] innerPad;
  private final byte[] outerPad;
  private final byte[] inner;

  /**
   * Over the digest of this name.
   *
   * @param block how many bytes the digest takes at a time: 64 for SHA-256, 128 for SHA-512
   */
  Hmac(Provider digests, String name, int block) throws NoSuchAlgorithmException {
    this.digest = MessageDigest.getInstance(name, digests);
    this.innerPad = new byte[block];
    this.outerPad = new byte[block];
    Arrays.fill(innerPad, INNER);
    Arrays.fill(outerPad, OUTER);
    this.inner = new byte[digest.getDigestLength()];
  }

  /**
   * H(K XOR opad, H(K XOR ipad, parts)), as long as the digest.
   *
   * @param key at most a block
   * @throws IllegalStateException when the key was closed
   */
  byte[] compute(SecretBytes key, byte[]... parts) {
    if (key.length() > innerPad.length) {
      throw new IllegalArgumentException("a key of " + key.length() + " bytes is too long here");
    }
    byte[] out = new byte[inner.length];
    byte[] bytes = key.copy();
    try {
      for (int i = 0; i < bytes.length; i++) {
        innerPad[i] = (byte) (bytes[i] ^ INNER);
        outerPad[i] = (byte) (bytes[i] ^ OUTER);
      }
      digest.update(innerPad);
      for (byte[] part : parts) {
        digest.update(part);
      }
      digest.digest(inner, 0, inner.length);
      digest.update(outerPad);
      digest.update(inner);
      digest.digest(out, 0, out.length);
      return out;
    } catch (DigestException e) {
      throw new ProviderException("the JDK's " + digest.getAlgorithm() + " failed", e);
    } finally {
      digest.reset();
      Arrays.fill(innerPad, 0, bytes.length, INNER);
      Arrays.fill(outerPad, 0, bytes.length, OUTER);
      Arrays.fill(inner, (byte) 0);
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
