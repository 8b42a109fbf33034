package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Who computes AES-GCM and HMAC: one JCA provider, held as an object, so that no other provider can
 * step in by its place in the list. Randomness is the JDK's own, whatever the engine.
 *
 * <p>Decryption goes into private arrays and never into an application's buffer: the JDK 25 leaves
 * unverified plaintext in the output of a failed decryption.
 */
public final class Engine {
  /** The length of a GCM nonce in bytes. */
  public static final int NONCE = 12;

  /** The length of a GCM tag in bytes. */
  public static final int TAG = 16;

  /**
   * AES-256-GCM by its registered number, id-aes256-GCM. A name in one piece is found in a third of
   * the time that the JDK takes to find one with mode and padding, which it takes apart each time.
   */
  private static final String GCM_BY_NUMBER = "2.16.840.1.101.3.4.1.46";

  /** Overwrites other keys; nothing is sealed under it. */
  private static final SecretKey NO_KEY = new EngineKey("AES", SecretBytes.adopt(new byte[32]));

  private static final String SHA_256 = "HmacSHA256";
  private static final String SHA_512 = "HmacSHA512";

  private final Provider provider;
  private final Spares<Cipher> sealing;
  private final Spares<Cipher> opening;
  private final Spares<Mac> sha256;
  private final Spares<Mac> sha512;
  private final Randomness random = Randomness.ofTheJdk();

  private Engine(Provider provider) {
    this.provider = provider;
    String gcm =
        provider.getService("Cipher", GCM_BY_NUMBER) == null ? "AES/GCM/NoPadding" : GCM_BY_NUMBER;
    this.sealing = ciphers(gcm, Cipher.ENCRYPT_MODE);
    this.opening = ciphers(gcm, Cipher.DECRYPT_MODE);
    this.sha256 = macs(SHA_256);
    this.sha512 = macs(SHA_512);
  }

  private Spares<Cipher> ciphers(String name, int mode) {
    return new Spares<>(() -> Cipher.getInstance(name, provider), cipher -> wipe(cipher, mode));
  }

  private Spares<Mac> macs(String name) {
    return new Spares<>(() -> Mac.getInstance(name, provider), this::wipe);
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
  static Optional<Provider> jdkProvider(String name) {
    return Optional.ofNullable(Security.getProvider(name)).filter(Engine::isJdks);
  }

  /** The provider that computes. */
  public Provider provider() {
    return provider;
  }

  /** Whether that is a provider of the JDK's own. */
  public boolean isJdk() {
    return isJdks(provider);
  }

  private static boolean isJdks(Provider provider) {
    return provider.getClass().getModule() == Object.class.getModule();
  }

  /** Fresh random bytes. */
  public byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.fill(bytes);
    return bytes;
  }

  /**
   * AES-256-GCM under one key for many messages.
   *
   * @param key 32 bytes; stays the caller's
   */
  public GcmKey gcmKey(SecretBytes key) {
    return new GcmKey(this, key);
  }

  /** AES-256-GCM for encryption, used before or new. */
  Spares<Cipher> sealing() {
    return sealing;
  }

  /** AES-256-GCM for decryption. */
  Spares<Cipher> opening() {
    return opening;
  }

  /** HMAC-SHA-256 over the parts one after the other, 32 bytes. */
  public byte[] hmacSha256(SecretBytes key, byte[]... parts) {
    return hmac(sha256, SHA_256, key, parts);
  }

  /** HMAC-SHA-512 over the parts one after the other, 64 bytes. */
  public byte[] hmacSha512(SecretBytes key, byte[]... parts) {
    return hmac(sha512, SHA_512, key, parts);
  }

  private byte[] hmac(Spares<Mac> macs, String algorithm, SecretBytes key, byte[]... parts) {
    try {
      Mac mac = macs.take();
      mac.init(new EngineKey(algorithm, key));
      for (byte[] part : parts) {
        mac.update(part);
      }
      byte[] result = mac.doFinal();
      macs.give(mac);
      return result;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the engine " + provider + " cannot compute " + algorithm, e);
    }
  }

  /**
   * Overwrites the last keys that idle ciphers and MACs of the JDK's engine hold; whoever is done
   * for a while calls it. What other engines keep is their own affair.
   */
  public void wipe() {
    sealing.wipe();
    opening.wipe();
    sha256.wipe();
    sha512.wipe();
  }

  private void wipe(Cipher cipher, int mode) {
    if (isJdk()) {
      try {
        cipher.init(mode, NO_KEY, new GCMParameterSpec(8 * TAG, new byte[NONCE]));
      } catch (GeneralSecurityException e) {
        throw new ProviderException("the JDK's AES-GCM takes no other key", e);
      }
    }
  }

  private void wipe(Mac mac) {
    if (isJdk()) {
      try {
        mac.init(NO_KEY);
      } catch (GeneralSecurityException e) {
        throw new ProviderException("the JDK's HMAC takes no other key", e);
      }
    }
  }
}
