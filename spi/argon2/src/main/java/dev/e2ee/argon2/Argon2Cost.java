package dev.e2ee.argon2;

/**
 * What one Argon2id derivation costs, within bounds that hold for everything read from outside.
 *
 * <p>Floor: 19 MiB, 2 passes, 1 lane. Ceiling: the smaller of 1 GiB and a quarter of this JVM's
 * heap, 16 passes, 16 lanes. A value outside is refused here, before anything is allocated.
 *
 * @param memoryKiB memory in KiB
 * @param passes iterations over the memory
 * @param lanes degree of parallelism; part of the result, although computed on one thread
 */
public record Argon2Cost(int memoryKiB, int passes, int lanes) {
  /** The least memory, in KiB. */
  public static final int MIN_MEMORY_KIB = 19 * 1024;

  /** The most memory, in KiB, however large the heap. */
  public static final int MAX_MEMORY_KIB = 1024 * 1024;

  /** The least number of passes. */
  public static final int MIN_PASSES = 2;

  /** The most passes. */
  public static final int MAX_PASSES = 16;

  /** The most lanes. */
  public static final int MAX_LANES = 16;

  /** 64 MiB, 3 passes, 4 lanes: the second recommended option of RFC 9106 section 4. */
  public static final Argon2Cost DEFAULT = new Argon2Cost(64 * 1024, 3, 4);

  /**
   * Checks the bounds that do not depend on this machine; {@link Argon2id#derive} checks the heap.
   *
   * @throws IllegalArgumentException naming the value and its bounds
   */
  public Argon2Cost {
    check("memory in KiB", memoryKiB, MIN_MEMORY_KIB, MAX_MEMORY_KIB);
    check("passes", passes, MIN_PASSES, MAX_PASSES);
    check("lanes", lanes, 1, MAX_LANES);
  }

  /** For people, such as {@code 64 MiB, 3 passes, 4 lanes}. */
  @Override
  public String toString() {
    String memory = memoryKiB % 1024 == 0 ? memoryKiB / 1024 + " MiB" : memoryKiB + " KiB";
    return memory + ", " + passes + " passes, " + lanes + (lanes == 1 ? " lane" : " lanes");
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "Argon2id " + what + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
