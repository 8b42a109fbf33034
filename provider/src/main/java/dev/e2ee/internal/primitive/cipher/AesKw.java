package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.key.RawKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.EngineKey;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import javax.crypto.Cipher;

/** AES-KW, RFC 3394, with its default IV, for formats that wrap keys so. */
public final class AesKw {
  private static final String AES = "AES";

  private AesKw() {}

  /**
   * Wraps a key of 16 bytes or more, a multiple of 8, into 8 bytes more.
   *
   * @param kek 16, 24 or 32 bytes
   */
  public static byte[] wrap(Engine engine, SecretBytes kek, SecretBytes key) {
    try {
      return initialised(engine, Cipher.WRAP_MODE, kek).engineWrap(new EngineKey(AES, key));
    } catch (GeneralSecurityException e) {
      throw new ProviderException("AES-KW takes no key of such a length", e);
    }
  }

  /**
   * Unwraps a key, which the caller closes.
   *
   * @param kek 16, 24 or 32 bytes
   * @throws InvalidKeyException when it is not authentic, or has an impossible length
   */
  public static SecretBytes unwrap(Engine engine, SecretBytes kek, byte[] wrapped)
      throws InvalidKeyException {
    AesKeyWrapCipher cipher = initialised(engine, Cipher.UNWRAP_MODE, kek);
    try (RawKey key = (RawKey) cipher.engineUnwrap(wrapped, AES, Cipher.SECRET_KEY)) {
      return SecretBytes.adopt(key.getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("AES-KW knows no AES", e);
    }
  }

  private static AesKeyWrapCipher initialised(Engine engine, int mode, SecretBytes kek) {
    AesKeyWrapCipher cipher = AesKeyWrapCipher.kw(engine);
    try {
      cipher.init(mode, new EngineKey(AES, kek), null);
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("AES-KW takes no such key-encryption key", e);
    }
  }
}
