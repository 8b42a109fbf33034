package dev.e2ee.internal.format;

import java.util.Arrays;
import java.util.Optional;

/** How an envelope's DEK is wrapped: the header's wrapAlg. */
public enum WrapAlgorithm {
  /** AES-256-GCM under the UMK, in memory or in a token. */
  AES_GCM(1, 60),
  /**
   * AES-256-GCM under a key of its own, which a token derives by HMAC: {@code
   * testvectors/spec/token.md}, section 4.
   */
  HMAC_KDF(2, 92);

  private final int number;
  private final int length;

  WrapAlgorithm(int number, int length) {
    this.number = number;
    this.length = length;
  }

  /** The number in a header. */
  public int number() {
    return number;
  }

  /** The length of a wrapped DEK in bytes. */
  public int length() {
    return length;
  }

  /** The one with this number, if it is known here. */
  public static Optional<WrapAlgorithm> of(int number) {
    return Arrays.stream(values()).filter(known -> known.number == number).findFirst();
  }
}
