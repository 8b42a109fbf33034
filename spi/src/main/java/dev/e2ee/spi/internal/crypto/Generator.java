package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * Random bytes by fast key erasure: AES-256-CTR gives the next key and some output, and the key
 * that gave them is forgotten at once. What is given out is wiped here. A fresh seed from the
 * system is mixed into the key before the first output, and whenever the last one is 100 ms old by
 * either of two clocks; output that waited is thrown away then. For one thread at a time.
 */
final class Generator implements AutoCloseable {
  /** How long a seed lasts, in milliseconds. */
  static final long SEED_LASTS = 100;

  /** How much output one key gives, in bytes. */
  static final int OUTPUT = 1024;

  private static final int KEY = 32;
  private static final int END = KEY + OUTPUT;

  /** One more block is made and not used, because the engine may keep the last one. */
  private static final byte[] ZEROS = new byte[END + 16];

  private static final IvParameterSpec FIRST_BLOCK = new IvParameterSpec(new byte[16]);

  private static final long SEED_LASTS_NANOS = 1_000_000 * SEED_LASTS;

  private final SecureRandom parent;
  private final LongSupplier nanos;
  private final Cipher ctr;
  private final byte[] stream = new byte[ZEROS.length];
  private int used = END;
  private boolean seeded;
  private long seededAt;
  private long seededAtNanos;
  private long last;

  /**
   * Not seeded yet: the first key is zero, and gives no output.
   *
   * @param nanos a monotonic clock in nanoseconds
   */
  Generator(SecureRandom parent, Provider aes, LongSupplier nanos) {
    this.parent = parent;
    this.nanos = nanos;
    try {
      this.ctr = Cipher.getInstance("AES/CTR/NoPadding", aes);
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the JDK has no AES-CTR", e);
    }
    use(new byte[KEY]);
  }

  /**
   * Writes random bytes.
   *
   * @param now the time of day in milliseconds: a copy of this process that is thawed later finds
   *     its seed old
   * @throws ProviderException when the system gives no seed; this must not be used again then
   */
  void fill(long now, byte[] out) {
    // Within one millisecond, and from one key, the second clock need not be read.
    if (now != last || used == END) {
      seedIfOld(now, nanos.getAsLong());
      last = now;
    }
    for (int done = 0; done < out.length; ) {
      if (used == END) {
        nextKey(ZEROS);
        used = KEY;
      }
      int next = Math.min(out.length - done, END - used);
      System.arraycopy(stream, used, out, done, next);
      Arrays.fill(stream, used, used + next, (byte) 0);
      used += next;
      done += next;
    }
  }

  /** A copy that is thawed sees the time of day move; where that was set back, the other clock. */
  private void seedIfOld(long now, long nanosNow) {
    if (seeded
        && now >= last
        && now - seededAt < SEED_LASTS
        && nanosNow - seededAtNanos < SEED_LASTS_NANOS) {
      return;
    }
    byte[] seed = parent.generateSeed(KEY);
    nextKey(seed);
    Arrays.fill(seed, (byte) 0);
    used = END;
    seeded = true;
    seededAt = now;
    seededAtNanos = nanosNow;
  }

  /** Output of the present key, and from then on the key after it, with a seed mixed in. */
  private void nextKey(byte[] seed) {
    try {
      ctr.doFinal(ZEROS, 0, ZEROS.length, stream, 0);
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the JDK's AES-CTR failed", e);
    }
    byte[] key = Arrays.copyOf(stream, KEY);
    for (int i = 0; i < KEY; i++) {
      key[i] ^= seed[i];
    }
    Arrays.fill(stream, 0, KEY, (byte) 0);
    use(key);
  }

  private void use(byte[] key) {
    try (SecretBytes secret = SecretBytes.adopt(key)) {
      ctr.init(Cipher.ENCRYPT_MODE, new EngineKey("AES", secret), FIRST_BLOCK);
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the JDK's AES-CTR takes no key", e);
    }
  }

  /** Wipes what was not given out. */
  @Override
  public void close() {
    Arrays.fill(stream, (byte) 0);
    used = END;
    seeded = false;
  }
}
