package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM under one key for many messages, with the engine's ciphers kept between them. For one
 * thread at a time.
 *
 * <p>The engine's ciphers hold expanded copies of the key as long as this object can be reached.
 * Nothing can wipe them; {@link #close} lets go of them.
 */
public final class GcmKey implements AutoCloseable {
  private static final int TAG_BITS = 8 * Engine.TAG;

  private final Provider provider;
  private final String transformation;
  private final EngineKey key;
  private @Nullable Cipher sealing;
  private @Nullable Cipher opening;

  /** The secret stays the caller's, who closes it after this. */
  GcmKey(Provider provider, String transformation, SecretBytes key) {
    this.provider = provider;
    this.transformation = transformation;
    this.key = new EngineKey("AES", key);
  }

  /**
   * Encrypts one message: writes ciphertext and tag, {@code length + 16} bytes.
   *
   * @param nonce 12 bytes, never used before with this key
   */
  public void seal(
      byte[] nonce,
      int nonceOffset,
      byte[] aad,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    try {
      if (sealing == null) {
        sealing = Cipher.getInstance(transformation, provider);
      }
      sealing.init(
          Cipher.ENCRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BITS, nonce, nonceOffset, Engine.NONCE));
      sealing.updateAAD(aad);
      int written = sealing.doFinal(in, offset, length, out, outOffset);
      if (written != length + Engine.TAG) {
        throw new ProviderException("the engine " + provider + " wrote " + written + " bytes");
      }
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the engine " + provider + " cannot encrypt with AES-256-GCM", e);
    }
  }

  /**
   * Decrypts one message.
   *
   * @param length of ciphertext and tag, 16 at the least
   * @param out takes {@code length - 16} bytes; a private array, since an engine may leave
   *     unverified plaintext in it before this method wipes that
   * @throws AEADBadTagException when the tag is wrong
   */
  public void open(
      byte[] nonce,
      int nonceOffset,
      byte[] aad,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset)
      throws AEADBadTagException {
    boolean verified = false;
    try {
      if (opening == null) {
        opening = Cipher.getInstance(transformation, provider);
      }
      opening.init(
          Cipher.DECRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BITS, nonce, nonceOffset, Engine.NONCE));
      opening.updateAAD(aad);
      int written = opening.doFinal(in, offset, length, out, outOffset);
      if (written != length - Engine.TAG) {
        throw new ProviderException("the engine " + provider + " wrote " + written + " bytes");
      }
      verified = true;
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the engine " + provider + " cannot decrypt with AES-256-GCM", e);
    } finally {
      if (!verified) {
        Arrays.fill(out, outOffset, outOffset + length - Engine.TAG, (byte) 0);
      }
    }
  }

  /** Lets go of the ciphers; a second call does nothing. */
  @Override
  public void close() {
    sealing = null;
    opening = null;
  }
}
