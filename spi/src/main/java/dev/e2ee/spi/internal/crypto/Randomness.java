package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.internal.engine.JdkProviders;
import java.security.DrbgParameters;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where every key, nonce and salt comes from: generators that the system seeds, through the JDK's
 * {@code SecureRandom}, ten times a second. Why they are no weaker than it is said in {@code
 * testvectors/spec/envelope.md}, section 13, "Randomness". Safe for use by many threads, none of
 * which waits for another.
 */
final class Randomness {
  /**
   * So many bytes come from the parent itself, where that reads the system's device for what it
   * gives: about ten records. A program that seals one or two does not pay for the loading of what
   * makes many of them fast.
   */
  static final int AT_FIRST = 512;

  /** Reads /dev/urandom, at most 100 ms ahead; the JDK has no other that always does. */
  private static final String URANDOM = "NativePRNGNonBlocking";

  /**
   * One for all engines: they are made for each envelope object, and a generator is worth its
   * seeding after many draws only.
   */
  private static final AtomicReference<@Nullable Randomness> SHARED = new AtomicReference<>();

  private final SecureRandom parent;
  private final @Nullable Provider aes;
  private final LongSupplier clock;
  private final LongSupplier nanos;
  private final IdlePool<Generator> idle = new IdlePool<>();
  private final AtomicInteger drawnAtFirst;

  /**
   * Over any parent.
   *
   * @param parent must be safe for use by many threads; one that draws on a state of its own, as a
   *     DRBG does, gives seeds only: two copies of a machine have the same state
   * @param aes who computes AES-CTR; null to make a seed of every draw
   * @param clock the time of day in milliseconds
   * @param nanos a monotonic clock in nanoseconds
   */
  Randomness(SecureRandom parent, @Nullable Provider aes, LongSupplier clock, LongSupplier nanos) {
    this.parent = parent;
    this.aes = aes;
    this.clock = clock;
    this.nanos = nanos;
    this.drawnAtFirst = new AtomicInteger(URANDOM.equals(parent.getAlgorithm()) ? 0 : AT_FIRST);
  }

  /**
   * The JDK's own, whatever providers are registered.
   *
   * @throws ProviderException when this JVM's configuration has removed the JDK's randomness
   */
  static Randomness ofTheJdk() {
    Randomness made = SHARED.get();
    if (made == null) {
      made =
          new Randomness(
              jdkParent(),
              JdkProviders.named("SunJCE").orElse(null),
              System::currentTimeMillis,
              System::nanoTime);
      Randomness sooner = SHARED.compareAndExchange(null, made);
      made = sooner == null ? made : sooner;
    }
    return made;
  }

  /**
   * Not {@code new SecureRandom()}: that is of whatever provider comes first in the list. This one
   * reads /dev/urandom, as the JDK's default does, and never waits for /dev/random.
   */
  static SecureRandom jdkParent() {
    Provider sun =
        JdkProviders.named("SUN")
            .orElseThrow(
                () ->
                    new ProviderException(
                        "this JVM's security configuration has no SUN provider of the JDK's own,"
                            + " which our randomness comes from; put it back into java.security"));
    try {
      return sun.getService("SecureRandom", URANDOM) == null
          ? drbg(sun)
          : SecureRandom.getInstance(URANDOM, sun);
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("the JDK has no SecureRandom of its own", e);
    }
  }

  /** Where the system has no random device, as on Windows; of the strength of our keys. */
  static SecureRandom drbg(Provider sun) throws NoSuchAlgorithmException {
    return SecureRandom.getInstance(
        "DRBG",
        DrbgParameters.instantiation(256, DrbgParameters.Capability.RESEED_ONLY, null),
        sun);
  }

  /**
   * Writes fresh random bytes.
   *
   * @throws ProviderException when the system's randomness cannot be read
   */
  void fill(byte[] out) {
    // [envelope-27]
    if (aes == null) {
      byte[] seed = parent.generateSeed(out.length);
      System.arraycopy(seed, 0, out, 0, out.length);
      Arrays.fill(seed, (byte) 0);
      return;
    }
    if (isFirst(out.length)) {
      parent.nextBytes(out);
      return;
    }
    Generator taken = idle.take();
    Generator generator = taken == null ? new Generator(parent, aes, nanos) : taken;
    boolean done = false;
    try {
      generator.fill(clock.getAsLong(), out);
      done = true;
    } finally {
      if (!done) {
        generator.close();
      }
    }
    // Not in that try: once given, it is another thread's, and must not be closed here.
    if (!idle.give(generator)) {
      generator.close();
    }
  }

  private boolean isFirst(int length) {
    return drawnAtFirst.get() < AT_FIRST
        && drawnAtFirst.addAndGet(Math.min(length, AT_FIRST)) <= AT_FIRST;
  }
}
