package dev.e2ee.internal.format;

import java.util.List;
import java.util.Optional;

/**
 * How a UMK wraps the DEK of an envelope: the header's wrapAlg, and the length of what it makes.
 * {@code testvectors/spec/envelope.md}, section 5.
 */
public enum WrapAlgorithm {
  /** AES-256-GCM under the UMK, in memory or in a token. */
  AES_GCM(1, 60),
  /**
   * AES-256-GCM under a key of its own, which a token derives by HMAC: {@code
   * testvectors/spec/token.md}, section 4.
   */
  HMAC_KDF(2, 92),
  /** AES-KW under the UMK and an HMAC of that, both in a token: the same section. */
  AES_KW(3, 72),
  /**
   * AES-256-GCM under a random key, which RSA-OAEP hides and a token signs, with keys of 2,048
   * bits: the same section.
   */
  RSA_OAEP_2048(4, 572),
  /** The same with keys of 3,072 bits. */
  RSA_OAEP_3072(4, 828);

  /** For loops: to read a header with streams takes four times as long. */
  private static final List<WrapAlgorithm> KNOWN = List.of(values());

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

  /** Whether one with this number is known here, of whatever length. */
  static boolean isKnown(int number) {
    for (WrapAlgorithm known : KNOWN) {
      if (known.number == number) {
        return true;
      }
    }
    return false;
  }

  /** The one with this number that makes wraps of this length, if it is known here. */
  public static Optional<WrapAlgorithm> of(int number, int length) {
    for (WrapAlgorithm known : KNOWN) {
      if (known.number == number && known.length == length) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /** What it makes, for a message. */
  @Override
  public String toString() {
    return "algorithm " + number + " into " + length + " bytes";
  }
}
