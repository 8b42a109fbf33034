package dev.e2ee.internal.format;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What stands in a header for its DEK: the DEK wrapped, or a wrapped data key and the salt that it
 * is derived by. Immutable; the arrays are nobody's to change.
 */
public final class WrapField {
  /** The length of a derived DEK's salt in bytes. */
  public static final int SALT = 32;

  /** Bit 7 of wrapAlg: the DEK is derived from a data key. */
  private static final int DERIVED = 0x80;

  private final WrapAlgorithm algorithm;
  private final boolean derived;
  private final byte[] bytes;

  private WrapField(WrapAlgorithm algorithm, boolean derived, byte[] bytes) {
    this.algorithm = algorithm;
    this.derived = derived;
    this.bytes = bytes;
  }

  /**
   * A DEK that was wrapped for itself; it takes over the array.
   *
   * @param wrapped as long as the algorithm makes it
   */
  public static WrapField ofDek(WrapAlgorithm algorithm, byte[] wrapped) {
    return new WrapField(algorithm, false, wrapped);
  }

  /**
   * A DEK that is derived.
   *
   * @param wrapped the data key, as long as the algorithm makes it
   * @param salt 32 bytes
   */
  public static WrapField ofDataKey(WrapAlgorithm algorithm, byte[] wrapped, byte[] salt) {
    byte[] both = ByteBuffer.allocate(length(algorithm, true)).put(wrapped).put(salt).array();
    return new WrapField(algorithm, true, both);
  }

  /**
   * Checks the two fields before the bytes.
   *
   * @throws UnsupportedEnvelopeException for a wrapAlg that is not known here
   * @throws MalformedEnvelopeException for another length than it makes
   */
  static void check(int wrapAlg, int wrapLength) throws MalformedEnvelopeException {
    // [envelope-6]
    if (!WrapAlgorithm.isKnown(wrapAlg & ~DERIVED)) {
      throw new UnsupportedEnvelopeException(
          "the envelope's DEK is wrapped with algorithm " + wrapAlg + ", which is not known here");
    }
    // [envelope-7]
    if (algorithm(wrapAlg, wrapLength).isEmpty()) {
      throw new MalformedEnvelopeException("the envelope's wrapped DEK has a wrong length");
    }
  }

  private static Optional<WrapAlgorithm> algorithm(int wrapAlg, int wrapLength) {
    int salt = (wrapAlg & DERIVED) == 0 ? 0 : SALT;
    return WrapAlgorithm.of(wrapAlg & ~DERIVED, wrapLength - salt);
  }

  /** The bytes behind two fields that were checked; it takes over the array. */
  static WrapField of(int wrapAlg, byte[] bytes) {
    WrapAlgorithm known = algorithm(wrapAlg, bytes.length).orElseThrow();
    return new WrapField(known, (wrapAlg & DERIVED) != 0, bytes);
  }

  /** The length of such a field in bytes. */
  public static int length(WrapAlgorithm algorithm, boolean derived) {
    return algorithm.length() + (derived ? SALT : 0);
  }

  /** The header's wrapAlg. */
  public int number() {
    return derived ? algorithm.number() | DERIVED : algorithm.number();
  }

  /** How the UMK wrapped. */
  public WrapAlgorithm algorithm() {
    return algorithm;
  }

  /** Whether the DEK is derived from what was wrapped. */
  public boolean isDerived() {
    return derived;
  }

  /** All of it; the field's own array. */
  public byte[] bytes() {
    return bytes;
  }

  /** What the UMK unwraps: the DEK, or the data key. */
  public byte[] wrapped() {
    return derived ? Arrays.copyOf(bytes, algorithm.length()) : bytes;
  }

  /** What a DEK is derived by, 32 bytes. */
  public byte[] salt() {
    return Arrays.copyOfRange(bytes, bytes.length - SALT, bytes.length);
  }
}
