package dev.e2ee.internal.store;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.EngineKey;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * AES-256-CTR from a counter block of zeros, for keys that encrypt one message only. By the engine;
 * where that has no such cipher, as ACCP, by the JDK, but not in the FIPS profile.
 */
final class AesCtr {
  private static final String NAME = "AES/CTR/NoPadding";
  private static final byte[] ZEROS = new byte[16];

  private AesCtr() {}

  /** Encrypts, or decrypts: the same. */
  static byte[] crypt(Engine engine, SecretBytes key, byte[] bytes) {
    try (SecretBytes none = SecretBytes.adopt(new byte[32])) {
      Cipher cipher = cipher(engine);
      init(cipher, key);
      byte[] out = cipher.doFinal(bytes);
      init(cipher, none); // overwrites what the cipher keeps of the key
      return out;
    } catch (GeneralSecurityException | AssertionError e) {
      // AssertionError: what Bouncy Castle FIPS throws for what is not approved
      throw new ProviderException(
          "the engine " + engine.provider() + " cannot encrypt with AES-CTR", e);
    }
  }

  private static void init(Cipher cipher, SecretBytes key) throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, new EngineKey("AES", key), new IvParameterSpec(ZEROS.clone()));
  }

  private static Cipher cipher(Engine engine) throws GeneralSecurityException {
    try {
      return Cipher.getInstance(NAME, engine.provider());
    } catch (NoSuchAlgorithmException e) {
      if (engine.isApprovedOnly()) {
        throw e;
      }
      return Cipher.getInstance(NAME, Engine.jdk().provider());
    }
  }
}
