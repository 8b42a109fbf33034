package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.engine.ApprovedModule;
import dev.e2ee.spi.internal.engine.Engines;
import dev.e2ee.spi.internal.engine.JdkProviders;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Who computes AES-GCM and HMAC: one JCA provider, held as an object, so that no other provider can
 * step in by its place in the list. Randomness is the JDK's own, whatever the engine, but for the
 * FIPS profile.
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

  /** The JDK's; null in the FIPS profile, which needs none of it. */
  private final @Nullable Randomness random;

  private final IdlePool<Hmac> hmacs = new IdlePool<>();

  /** The digests that {@link Hmac} works over; none where the engine's own HMAC computes. */
  private final @Nullable Provider digests;

  /** The module of an engine that allows approved services only. */
  private final @Nullable ApprovedModule approved;

  private Engine(Provider provider) {
    this.provider = provider;
    this.approved = Engines.approvedOnly(provider).orElse(null);
    this.random = approved == null ? Randomness.ofTheJdk() : null;
    String gcm =
        provider.getService("Cipher", GCM_BY_NUMBER) == null ? "AES/GCM/NoPadding" : GCM_BY_NUMBER;
    this.sealing = ciphers(gcm, Cipher.ENCRYPT_MODE);
    this.opening = ciphers(gcm, Cipher.DECRYPT_MODE);
    this.digests =
        isJdk() && provider.getService("Mac", HMAC_SHA_256) != null
            ? JdkProviders.named("SUN").orElse(null)
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
    return new Engine(JdkProviders.sunJce());
  }

  /**
   * What the property {@code e2ee.engine} names; without one, the JDK's own.
   *
   * @throws ProviderException when it cannot be had
   */
  public static Engine configured() {
    return new Engine(Engines.configured());
  }

  /** The provider that computes. */
  public Provider provider() {
    return provider;
  }

  /** Whether that is a provider of the JDK's own. */
  public boolean isJdk() {
    return JdkProviders.isOfTheBase(provider);
  }

  /**
   * Whether the FIPS profile holds: the engine is a validated module that allows approved services
   * only, and nothing else computes.
   */
  public boolean isApprovedOnly() {
    return approved != null;
  }

  /** The module of the FIPS profile; null without one. */
  @Nullable ApprovedModule approved() {
    return approved;
  }

  /**
   * Who computes a service beside AES-GCM and HMAC: the engine where it offers it, else the JDK's
   * own. The JDK keeps its curves in another provider than its ciphers.
   *
   * <p>In the FIPS profile the engine alone.
   *
   * @throws ProviderException when neither does
   * @throws NotApprovedException when the engine does not, in the FIPS profile
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
        isApprovedOnly()
            ? Stream.empty()
            : Stream.of("SunEC", "SunRsaSign", "SunJCE", "SUN")
                .map(Security::getProvider)
                .filter(JdkProviders::comesWithTheJdk);
    return Stream.concat(Stream.of(provider), jdks)
        .filter(candidate -> candidate.getService(type, algorithm) != null)
        .filter(also)
        .findFirst()
        .orElseThrow(() -> missing(type, algorithm));
  }

  private ProviderException missing(String type, String algorithm) {
    String what = type + " " + algorithm;
    return isApprovedOnly()
        ? new NotApprovedException(what, NotApprovedException.alternativeTo(algorithm))
        : new ProviderException(
            "neither the engine "
                + provider
                + " nor this JVM offers "
                + what
                + "; see java.security");
  }

  /**
   * Randomness for a provider that makes keys or signs: ours for the JDK's own, which would take
   * whatever provider comes first in the list; the module's in the FIPS profile; null, its own, for
   * every other.
   */
  public @Nullable SecureRandom randomFor(Provider computing) {
    if (approved != null) {
      return approved.random();
    }
    return random != null && JdkProviders.comesWithTheJdk(computing) ? new JdkRandom(random) : null;
  }

  /** SHA-256 of what is no secret. */
  public byte[] sha256(byte[] message) {
    return digest("SHA-256", message);
  }

  /** SHA-512; a secret stays in no object that is kept. */
  public byte[] sha512(byte[] message) {
    return digest("SHA-512", message);
  }

  private byte[] digest(String algorithm, byte[] message) {
    try {
      return messageDigest(algorithm).digest(message);
    } catch (AssertionError e) {
      throw new ProviderException("the engine " + provider + " cannot compute " + algorithm, e);
    }
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

  /** Fresh random bytes: the JDK's, whatever the engine; in the FIPS profile the module's. */
  public byte[] random(int length) {
    byte[] bytes = new byte[length];
    if (random != null) {
      random.fill(bytes);
      return bytes;
    }
    try {
      Objects.requireNonNull(approved, "the FIPS profile").random().nextBytes(bytes);
      return bytes;
    } catch (AssertionError e) {
      throw new ProviderException("the engine " + provider + " gives no random bytes", e);
    }
  }

  /**
   * Does nothing outside the FIPS profile.
   *
   * @param what is about to be computed
   * @param alternative what to take in its place
   * @throws NotApprovedException in the profile
   */
  public void refuseInProfile(String what, String alternative) {
    if (isApprovedOnly()) {
      throw new NotApprovedException(what, alternative);
    }
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
    } catch (GeneralSecurityException | AssertionError e) {
      // AssertionError: what Bouncy Castle FIPS throws for what is not approved
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
