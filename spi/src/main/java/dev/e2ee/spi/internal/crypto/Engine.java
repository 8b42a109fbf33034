package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Who computes AES-GCM and HMAC: one JCA provider, held as an object, so that no other provider can
 * step in by its place in the list. Randomness is the JDK's own, whatever the engine.
 *
 * <p>Output arrays are private ones. An application's buffer is never written to here: the JDK 25
 * leaves unverified plaintext in the output of a failed decryption.
 */
public final class Engine {
  /** The length of a GCM nonce in bytes. */
  public static final int NONCE = 12;

  /** The length of a GCM tag in bytes. */
  public static final int TAG = 16;

  private static final int TAG_BITS = 8 * TAG;

  private final Provider provider;
  private final SecureRandom random = jdkRandom();

  private Engine(Provider provider) {
    this.provider = provider;
  }

  /** The engine that computes with the given provider, whether or not it is registered. */
  public static Engine of(Provider provider) {
    return new Engine(provider);
  }

  /**
   * The JDK's own provider, checked to be loaded from the JDK itself.
   *
   * @throws ProviderException when this JVM's configuration has removed it
   */
  public static Engine jdk() {
    return new Engine(
        jdkProvider("SunJCE")
            .orElseThrow(
                () ->
                    new ProviderException(
                        "this JVM's security configuration has no SunJCE provider of the JDK's"
                            + " own; name the engine: new E2eeProvider(provider)")));
  }

  /** A provider that was loaded from the JDK itself, not one that took its name. */
  private static Optional<Provider> jdkProvider(String name) {
    return Optional.ofNullable(Security.getProvider(name))
        .filter(p -> p.getClass().getModule() == Object.class.getModule());
  }

  /** Not {@code new SecureRandom()}: that is of whatever provider comes first in the list. */
  private static SecureRandom jdkRandom() {
    Provider sun =
        jdkProvider("SUN")
            .orElseThrow(
                () ->
                    new ProviderException(
                        "this JVM's security configuration has no SUN provider of the JDK's own,"
                            + " which our randomness comes from; put it back into java.security"));
    String algorithm = sun.getService("SecureRandom", "NativePRNG") == null ? "DRBG" : "NativePRNG";
    try {
      return SecureRandom.getInstance(algorithm, sun);
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("the JDK has no SecureRandom " + algorithm, e);
    }
  }

  /** The provider that computes. */
  public Provider provider() {
    return provider;
  }

  /** Fresh random bytes. */
  public byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * AES-256-GCM encryption: writes ciphertext and tag, {@code length + 16} bytes.
   *
   * @param key 32 bytes
   * @param nonce 12 bytes, never used before with this key
   */
  public void gcmSeal(
      SecretBytes key,
      byte[] nonce,
      byte[] aad,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int outOffset) {
    try {
      Cipher cipher = gcm(Cipher.ENCRYPT_MODE, key, nonce, 0);
      cipher.updateAAD(aad);
      int written = cipher.doFinal(in, inOffset, length, out, outOffset);
      if (written != length + TAG) {
        throw new ProviderException("the engine " + provider + " wrote " + written + " bytes");
      }
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the engine " + provider + " cannot encrypt with AES-256-GCM", e);
    }
  }

  /**
   * AES-256-GCM decryption into an array of its own.
   *
   * @param key 32 bytes
   * @param length of ciphertext and tag, 16 at the least
   * @return the plaintext, {@code length - 16} bytes, verified
   * @throws AEADBadTagException when the tag is wrong
   */
  public byte[] gcmOpen(
      SecretBytes key, byte[] nonce, int nonceOffset, byte[] aad, byte[] in, int offset, int length)
      throws AEADBadTagException {
    try {
      Cipher cipher = gcm(Cipher.DECRYPT_MODE, key, nonce, nonceOffset);
      cipher.updateAAD(aad);
      return cipher.doFinal(in, offset, length);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the engine " + provider + " cannot decrypt with AES-256-GCM", e);
    }
  }

  private Cipher gcm(int mode, SecretBytes key, byte[] nonce, int nonceOffset)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(
        mode, new EngineKey("AES", key), new GCMParameterSpec(TAG_BITS, nonce, nonceOffset, NONCE));
    return cipher;
  }

  /** HMAC-SHA-256 over the parts one after the other, 32 bytes. */
  public byte[] hmacSha256(SecretBytes key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256", provider);
      mac.init(new EngineKey("HmacSHA256", key));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the engine " + provider + " cannot compute HmacSHA256", e);
    }
  }
}
