package dev.e2ee.device;

import dev.e2ee.internal.format.CrockfordBase32;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What two people compare, each on a screen that they trust: 80 bits of everything that two devices
 * have told each other, as {@code XXXX-XXXX-XXXX-XXXX}. {@code testvectors/spec/device.md}, section
 * 4.
 */
public final class Fingerprint {
  private static final int SYMBOLS = 16;

  private final byte[] symbols;

  private Fingerprint(byte[] symbols) {
    this.symbols = symbols;
  }

  /** Of the SHA-512 of a transcript. */
  static Fingerprint of(byte[] transcriptHash) {
    return new Fingerprint(CrockfordBase32.symbols(transcriptHash, SYMBOLS));
  }

  /**
   * Whether somebody typed or read out the same: case, dashes and blanks do not matter, O is 0, I
   * and L are 1.
   */
  public boolean matches(String typed) {
    return CrockfordBase32.symbols(typed).filter(s -> Arrays.equals(s, symbols)).isPresent();
  }

  /** {@code XXXX-XXXX-XXXX-XXXX}. */
  @Override
  public String toString() {
    return new String(CrockfordBase32.grouped(symbols));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fingerprint that && Arrays.equals(symbols, that.symbols);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(symbols);
  }
}
