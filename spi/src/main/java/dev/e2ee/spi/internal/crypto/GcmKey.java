package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM under one key for many messages, with the engine's ciphers kept between them. For one
 * thread at a time.
 *
 * <p>The engine's ciphers hold expanded copies of the key. {@link #close} gives them back to the
 * engine, where the next key overwrites this one.
 */
public final class GcmKey implements AutoCloseable {
  private static final int TAG_BITS = 8 * Engine.TAG;

  private final Engine engine;
  private final Provider provider;
  private final EngineKey key;
  private @Nullable Cipher sealing;
  private @Nullable Cipher opening;

  /** The secret stays the caller's, who closes it after this. */
  GcmKey(Engine engine, SecretBytes key) {
    this.engine = engine;
    this.provider = engine.provider();
    this.key = new EngineKey("AES", key);
  }

  /**
   * Encrypts one message: writes ciphertext and tag, {@code length + 16} bytes.
   *
   * @param nonce 12 bytes, never used before with this key
   */
  public void seal(
      byte[] nonce, byte[] aad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      Cipher cipher = sealing == null ? engine.sealing().take() : sealing;
      sealing = null;
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(aad);
      int written = seal(cipher, in, offset, length, out, outOffset);
      if (written != length + Engine.TAG) {
        throw new ProviderException("the engine " + provider + " wrote " + written + " bytes");
      }
      sealing = cipher; // not after a failure
    } catch (GeneralSecurityException | AssertionError e) {
      throw failed("encrypt", e);
    }
  }

  /**
   * Encrypts one message under a nonce that the engine makes from its own generator: writes nonce,
   * ciphertext and tag, {@code length + 28} bytes.
   *
   * @param random the engine's own
   */
  void sealWithNonceOf(
      SecureRandom random,
      byte[] aad,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    try {
      Cipher cipher = sealing == null ? engine.sealing().take() : sealing;
      sealing = null;
      cipher.init(Cipher.ENCRYPT_MODE, key, random);
      byte[] nonce = cipher.getIV();
      if (nonce == null || nonce.length != Engine.NONCE) {
        throw new ProviderException("the engine " + provider + " made no nonce of 12 bytes");
      }
      cipher.updateAAD(aad);
      System.arraycopy(nonce, 0, out, outOffset, nonce.length);
      int written = seal(cipher, in, offset, length, out, outOffset + nonce.length);
      if (written != length + Engine.TAG) {
        throw new ProviderException("the engine " + provider + " wrote " + written + " bytes");
      }
      sealing = cipher; // not after a failure
    } catch (GeneralSecurityException | AssertionError e) {
      throw failed("encrypt", e);
    }
  }

  /**
   * The JDK's engine writes into a range of the array. Native code may write an array back as a
   * whole, and undo what another thread wrote beside the range; it gets no array of the caller's.
   */
  private int seal(Cipher cipher, byte[] in, int inOffset, int length, byte[] out, int outOffset)
      throws GeneralSecurityException {
    if (engine.isJdk()) {
      return sealInto(cipher, in, inOffset, length, out, outOffset);
    }
    byte[] sealed = cipher.doFinal(in, inOffset, length);
    System.arraycopy(sealed, 0, out, outOffset, Math.min(sealed.length, length + Engine.TAG));
    return sealed.length;
  }

  private static int sealInto(
      Cipher cipher, byte[] in, int inOffset, int length, byte[] out, int outOffset)
      throws GeneralSecurityException {
    int done = 0;
    int written = 0;
    if (WarmUp.inPieces(length)) {
      for (; done + WarmUp.PIECE < length; done += WarmUp.PIECE) {
        written += cipher.update(in, inOffset + done, WarmUp.PIECE, out, outOffset + written);
      }
    }
    return written + cipher.doFinal(in, inOffset + done, length - done, out, outOffset + written);
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
    WarmUp.beforeOpening(engine, length);
    boolean verified = false;
    try {
      Cipher cipher = opening == null ? engine.opening().take() : opening;
      opening = null;
      cipher.init(
          Cipher.DECRYPT_MODE,
          key,
          new GCMParameterSpec(TAG_BITS, nonce, nonceOffset, Engine.NONCE));
      cipher.updateAAD(aad);
      int written = cipher.doFinal(in, offset, length, out, outOffset);
      if (written != length - Engine.TAG) {
        throw new ProviderException("the engine " + provider + " wrote " + written + " bytes");
      }
      opening = cipher;
      verified = true;
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException | AssertionError e) {
      throw failed("decrypt", e);
    } finally {
      if (!verified) {
        Arrays.fill(out, outOffset, outOffset + length - Engine.TAG, (byte) 0);
      }
    }
  }

  /** Some engines wrap what a key says that was closed in the meantime. */
  private ProviderException failed(String what, Throwable e) {
    key.requireOpen();
    return new ProviderException(
        "the engine " + provider + " cannot " + what + " with AES-256-GCM", e);
  }

  /** Gives the ciphers back; a second call does nothing. */
  @Override
  public void close() {
    if (sealing != null) {
      engine.sealing().give(sealing);
      sealing = null;
    }
    if (opening != null) {
      engine.opening().give(opening);
      opening = null;
    }
  }
}
