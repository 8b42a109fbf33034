package dev.e2ee.internal.recovery;

import dev.e2ee.argon2.Argon2Cost;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Memory in KiB, passes and lanes, in four bytes each, of a recovery wrap and of its parameters.
 * Three zeros say that there is no cost: derivation 2 of {@code testvectors/spec/recovery.md}.
 */
public final class CostFields {
  /** Their length in bytes. */
  public static final int LENGTH = 12;

  private CostFields() {}

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException for values out of the bounds of a cost, zeros beside others
   *     too
   */
  public static Optional<Argon2Cost> read(ByteBuffer in) {
    int memoryKiB = in.getInt();
    int passes = in.getInt();
    int lanes = in.getInt();
    return memoryKiB == 0 && passes == 0 && lanes == 0
        ? Optional.empty()
        : Optional.of(new Argon2Cost(memoryKiB, passes, lanes));
  }

  /** Writes them. */
  public static byte[] of(Optional<Argon2Cost> cost) {
    ByteBuffer out = ByteBuffer.allocate(LENGTH);
    cost.ifPresent(c -> out.putInt(c.memoryKiB()).putInt(c.passes()).putInt(c.lanes()));
    return out.array();
  }
}
