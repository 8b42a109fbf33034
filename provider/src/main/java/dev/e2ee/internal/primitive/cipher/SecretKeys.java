package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.internal.core.ShownKey;
import dev.e2ee.spi.SecretBytes;
import java.security.InvalidKeyException;
import java.security.Key;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Secret keys of any JCA provider as our bytes. */
public final class SecretKeys {
  private SecretKeys() {}

  /**
   * The bytes of a raw secret key, 1 at the least, which the caller closes.
   *
   * @throws InvalidKeyException for any other key, and for one that was destroyed
   */
  public static SecretBytes bytesOf(@Nullable Key key) throws InvalidKeyException {
    if (!(key instanceof SecretKey)) {
      throw new InvalidKeyException(
          "needs a SecretKey, not " + (key == null ? "null" : key.getClass().getName()));
    }
    byte[] bytes = "RAW".equals(key.getFormat()) ? ShownKey.encoded(key) : null;
    if (bytes == null) {
      throw new InvalidKeyException(
          "the key does not show its bytes: use it with the provider that made it");
    }
    if (bytes.length == 0) {
      throw new InvalidKeyException("the key has no bytes");
    }
    return SecretBytes.adopt(bytes);
  }

  /**
   * The bytes of an AES key: 16, 24 or 32.
   *
   * @throws InvalidKeyException for any other key
   */
  static SecretBytes aes(@Nullable Key key) throws InvalidKeyException {
    if (key != null && !"AES".equalsIgnoreCase(key.getAlgorithm())) {
      throw new InvalidKeyException(
          "needs a key for AES, not one for "
              + key.getAlgorithm()
              + "; a derived key is given as new SecretKeySpec(key.getEncoded(), \"AES\")");
    }
    SecretBytes bytes = bytesOf(key);
    if (bytes.length() != 16 && bytes.length() != 24 && bytes.length() != 32) {
      bytes.close();
      throw new InvalidKeyException("an AES key has 16, 24 or 32 bytes");
    }
    return bytes;
  }
}
