package dev.e2ee.argon2;

import dev.e2ee.argon2.internal.Argon2Core;
import java.util.concurrent.Semaphore;

/**
 * Argon2id version 0x13, <a href="https://www.rfc-editor.org/rfc/rfc9106">RFC 9106</a>.
 *
 * <p>Computed on the calling thread; 64 MiB, 3 passes, 4 lanes take a fifth of a second or so. All
 * derivations of this JVM together take at most a quarter of its heap; the others wait.
 */
public final class Argon2id {
  private static final int BYTES_PER_KIB = 1024;

  /** The memory that derivations may have at one time, in KiB. */
  private static final int BUDGET =
      (int) Math.min(Runtime.getRuntime().maxMemory() / 4 / BYTES_PER_KIB, Integer.MAX_VALUE);

  /** Of the whole JVM, as its heap is; fair, so that a large derivation has its turn. */
  private static final Semaphore FREE = new Semaphore(BUDGET, true);

  private Argon2id() {}

  /**
   * Derives a key from a passphrase.
   *
   * @param passphrase any length; stays the caller's, who wipes it
   * @param salt 16 bytes or more
   * @param length of the result in bytes, 16 to 64
   * @return the key, which the caller wipes
   * @throws IllegalArgumentException for a salt or length out of bounds
   * @throws InsufficientMemoryException when the cost asks for more than a quarter of the heap, or
   *     the application has left less than it asks for; nothing stays allocated
   */
  public static byte[] derive(Argon2Cost cost, byte[] passphrase, byte[] salt, int length) {
    if (salt.length < 16 || length < 16 || length > 64) {
      throw new IllegalArgumentException(
          "Argon2id takes a salt of 16 bytes or more, gives 16 to 64");
    }
    return derive(cost.memoryKiB(), cost.passes(), cost.lanes(), passphrase, salt, length);
  }

  /**
   * Derives the verifier of an Acontext token, at 16 MiB, 2 passes, 1 lane: for interoperability,
   * and for nothing else.
   *
   * <p>That is below the floor of {@link Argon2Cost}. It is fixed here, and taken from no text, so
   * that nobody can lower or raise it.
   *
   * @param secret any length, and random: this cost protects none that a person chose
   * @param salt 16 bytes
   * @return 32 bytes
   * @throws IllegalArgumentException for a salt of another length
   * @throws InsufficientMemoryException when the heap has not 16 MiB for it
   */
  public static byte[] deriveAcontextVerifier(byte[] secret, byte[] salt) {
    if (salt.length != 16) {
      throw new IllegalArgumentException("the salt of an Acontext verifier has 16 bytes");
    }
    return derive(16 * 1024, 2, 1, secret, salt, 32);
  }

  private static byte[] derive(
      int memoryKiB, int passes, int lanes, byte[] passphrase, byte[] salt, int length) {
    if (memoryKiB > BUDGET) {
      throw new InsufficientMemoryException(
          "this derivation needs "
              + memoryKiB / 1024
              + " MiB, more than a quarter of the JVM's heap; start it with -Xmx"
              + (memoryKiB / 256 + 1)
              + "m or more");
    }
    byte[] none = new byte[0];
    FREE.acquireUninterruptibly(memoryKiB);
    try {
      // A small one first, which initializes all classes of the algorithm: one that ran out of
      // memory while it was initialized would stay unusable for the life of the JVM.
      Argon2Core.derive(8, 1, 1, none, salt, none, none, length);
      return Argon2Core.derive(memoryKiB, passes, lanes, passphrase, salt, none, none, length);
    } catch (OutOfMemoryError e) {
      throw new InsufficientMemoryException(
          "this derivation needs "
              + memoryKiB / 1024
              + " MiB, which the JVM's heap does not have left; start it with a larger -Xmx",
          e);
    } finally {
      FREE.release(memoryKiB);
    }
  }
}
