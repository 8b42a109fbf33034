package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.EngineKey;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.ProviderException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/** Key, nonce and AAD of one message, and the engine's cipher for it. */
final class GcmMessage implements AutoCloseable {
  private final EngineGcm ciphers;
  private final SecretBytes key;
  private final byte[] nonce;
  private final ByteArrayOutputStream aad = new ByteArrayOutputStream();

  /** The cipher that has made the nonce, until it encrypts; null where the nonce was given. */
  private @Nullable Cipher begun;

  /** Takes over the key, and the nonce of 12 bytes. */
  GcmMessage(EngineGcm ciphers, SecretBytes key, byte[] nonce) {
    this.ciphers = ciphers;
    this.key = key;
    this.nonce = nonce;
  }

  /**
   * For encryption in the FIPS profile: the nonce comes from the module, NIST SP 800-38D, section
   * 8.2.2. Takes over the key.
   */
  static GcmMessage withNonceOfTheModule(EngineGcm ciphers, SecretBytes key) {
    Engine engine = ciphers.engine();
    try {
      Cipher cipher = ciphers.take(Cipher.ENCRYPT_MODE);
      cipher.init(
          Cipher.ENCRYPT_MODE, new EngineKey("AES", key), engine.randomFor(engine.provider()));
      GcmMessage message = new GcmMessage(ciphers, key, cipher.getIV());
      message.begun = cipher;
      return message;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      key.close();
      throw new ProviderException(engine.provider() + " cannot begin with AES-GCM", e);
    }
  }

  byte[] nonce() {
    return nonce.clone();
  }

  void aad(byte[] in, int offset, int length) {
    aad.write(in, offset, length);
  }

  void forgetAad() {
    aad.reset();
  }

  /**
   * Some engines leave out AES-192: told at {@code init}, where another provider can take over.
   *
   * @throws InvalidKeyException when the engine takes no such key
   */
  void requireSupportedKey() throws InvalidKeyException {
    if (key.length() != 24 || ciphers.engine().isJdk()) {
      return;
    }
    try {
      cipher(Cipher.DECRYPT_MODE);
    } catch (ProviderException e) {
      close();
      throw new InvalidKeyException(provider() + " takes no AES key of 24 bytes", e);
    }
  }

  /** Takes note of the nonce; false when the key is known to have encrypted under it before. */
  boolean takeNonce() {
    return NonceMemory.OF_THIS_PROCESS.add(ciphers.engine(), key, nonce);
  }

  /** The engine's cipher for encryption, which takes input. */
  Cipher encrypting() {
    return cipher(Cipher.ENCRYPT_MODE);
  }

  /**
   * The plaintext, in an array of its own.
   *
   * @param length of ciphertext and tag
   * @throws AEADBadTagException when it is not authentic, or shorter than a tag
   */
  byte[] decrypt(byte[] in, int offset, int length) throws AEADBadTagException {
    if (length < Engine.TAG) {
      throw new AEADBadTagException("the message is shorter than its tag of 16 bytes");
    }
    Cipher cipher = cipher(Cipher.DECRYPT_MODE);
    byte[] plaintext;
    try {
      plaintext = cipher.doFinal(in, offset, length);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider() + " cannot decrypt with AES-GCM", e);
    }
    if (plaintext.length != length - Engine.TAG) {
      throw new ProviderException(provider() + " gave " + plaintext.length + " bytes");
    }
    ciphers.give(Cipher.DECRYPT_MODE, cipher);
    return plaintext;
  }

  /** A message was encrypted by it. */
  void encrypted(Cipher cipher) {
    ciphers.give(Cipher.ENCRYPT_MODE, cipher);
  }

  private Provider provider() {
    return ciphers.engine().provider();
  }

  private Cipher cipher(int mode) {
    Cipher ready = mode == Cipher.ENCRYPT_MODE ? begun : null;
    try {
      if (ready != null) {
        begun = null;
        ready.updateAAD(aad.toByteArray());
        return ready;
      }
      Cipher cipher = ciphers.take(mode);
      cipher.init(mode, new EngineKey("AES", key), new GCMParameterSpec(8 * Engine.TAG, nonce));
      cipher.updateAAD(aad.toByteArray());
      return cipher;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider() + " cannot begin with AES-GCM", e);
    }
  }

  /** Wipes the key. */
  @Override
  public void close() {
    key.close();
  }
}
