package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

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

  private static final String HMAC_SHA_256 = "HmacSHA256";
  private static final String HMAC_SHA_512 = "HmacSHA512";

  /** Overwrites other keys; nothing is sealed under it. */
  private static final SecretKey NO_KEY = new EngineKey("AES", SecretBytes.adopt(new byte[32]));

  private final Provider provider;
  private final Spares<Cipher> sealing;
  private final Spares<Cipher> opening;
  private final Randomness random = Randomness.ofTheJdk();
  private final IdlePool<Hmac> hmacs = new IdlePool<>();

  /** The digests that {@link Hmac} works over; none where the engine's own HMAC computes. */
  private final @Nullable Provider digests;

  private Engine(Provider provider) {
    this.provider = provider;
    String gcm =
        provider.getService("Cipher", GCM_BY_NUMBER) == null ? "AES/GCM/NoPadding" : GCM_BY_NUMBER;
    this.sealing = ciphers(gcm, Cipher.ENCRYPT_MODE);
    this.opening = ciphers(gcm, Cipher.DECRYPT_MODE);
    this.digests =
        isJdk() && provider.getService("Mac", HMAC_SHA_256) != null
            ? jdkProvider("SUN").orElse(null)
            : null;
  }

  private Spares<Cipher> ciphers(String name, int mode) {
    return new Spares<>(() -> Cipher.getInstance(name, provider), cipher -> wipe(cipher, mode));
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

  /**
   * Who computes a service beside AES-GCM and HMAC: the engine where it offers it, else the JDK's
   * own. The JDK keeps its curves in another provider than its ciphers.
   *
   * @throws ProviderException when neither does
   */
  public Provider providerOf(String type, String algorithm) {
    return providerOf(type, algorithm, candidate -> true);
  }

  /** The same of one that reads keys of this algorithm too: some engines sign, but read none. */
  public Provider providerOf(String type, String algorithm, String keyAlgorithm) {
    return providerOf(
        type, algorithm, candidate -> candidate.getService("KeyFactory", keyAlgorithm) != null);
  }

  private Provider providerOf(String type, String algorithm, Predicate<Provider> also) {
    Stream<Provider> jdks =
        Stream.of("SunEC", "SunJCE", "SUN")
            .map(Security::getProvider)
            .filter(Engine::comesWithTheJdk);
    return Stream.concat(Stream.of(provider), jdks)
        .filter(candidate -> candidate.getService(type, algorithm) != null)
        .filter(also)
        .findFirst()
        .orElseThrow(
            () ->
                new ProviderException(
                    "neither the engine "
                        + provider
                        + " nor this JVM offers "
                        + type
                        + " "
                        + algorithm
                        + "; see java.security"));
  }

  /**
   * Randomness for a provider that makes keys or signs: ours for the JDK's own, which would take
   * whatever provider comes first in the list; null, its own, for every other.
   */
  public @Nullable SecureRandom randomFor(Provider computing) {
    return comesWithTheJdk(computing) ? new JdkRandom(random) : null;
  }

  /** SHA-256 of what is no secret. */
  public byte[] sha256(byte[] message) {
    return digest("SHA-256", message);
  }

  /** SHA-512 of what is no secret. */
  public byte[] sha512(byte[] message) {
    return digest("SHA-512", message);
  }

  private byte[] digest(String algorithm, byte[] message) {
    return messageDigest(algorithm).digest(message);
  }

  /** A fresh digest of this name, for what comes in pieces. */
  public MessageDigest messageDigest(String algorithm) {
    Provider computing = providerOf("MessageDigest", algorithm);
    try {
      return MessageDigest.getInstance(algorithm, computing);
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException(computing + " cannot compute " + algorithm, e);
    }
  }

  /** On JDK 17 the curves are in a module of their own. */
  private static boolean comesWithTheJdk(@Nullable Provider candidate) {
    if (candidate == null) {
      return false;
    }
    Module module = candidate.getClass().getModule();
    ClassLoader loader = module.getClassLoader();
    return module.isNamed() && (loader == null || loader == ClassLoader.getPlatformClassLoader());
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

  /**
   * HMAC-SHA-256 over the parts one after the other, 32 bytes.
   *
   * @param key at most 64 bytes
   */
  public byte[] hmacSha256(SecretBytes key, byte[]... parts) {
    if (digests == null) {
      return enginesHmac(HMAC_SHA_256, key, parts);
    }
    Hmac idle = hmacs.take();
    Hmac hmac = idle == null ? jdksHmac(digests, "SHA-256", 64) : idle;
    byte[] mac = hmac.compute(key, parts);
    hmacs.give(hmac);
    return mac;
  }

  /**
   * HMAC-SHA-512 over the parts one after the other, 64 bytes. None is kept: it is for messages
   * that are long.
   *
   * @param key at most 128 bytes
   */
  public byte[] hmacSha512(SecretBytes key, byte[]... parts) {
    return digests == null
        ? enginesHmac(HMAC_SHA_512, key, parts)
        : jdksHmac(digests, "SHA-512", 128).compute(key, parts);
  }

  private static Hmac jdksHmac(Provider digests, String digest, int block) {
    try {
      return new Hmac(digests, digest, block);
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("the JDK has no " + digest, e);
    }
  }

  private byte[] enginesHmac(String algorithm, SecretBytes key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(algorithm, provider);
      mac.init(new EngineKey(algorithm, key));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the engine " + provider + " cannot compute " + algorithm, e);
    }
  }

  /**
   * Overwrites the last keys that idle ciphers of the JDK's engine hold; whoever is done for a
   * while calls it. What other engines keep is their own affair.
   */
  public void wipe() {
    sealing.wipe();
    opening.wipe();
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
}
