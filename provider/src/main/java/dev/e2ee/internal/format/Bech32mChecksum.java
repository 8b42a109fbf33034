package dev.e2ee.internal.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * The checksum of Bech32m (BIP 350): six symbols of five bits. It finds every four wrong symbols
 * among so few, hence every pair that changed places. Each kind of code has a prefix of its own, so
 * that one is not taken for another.
 */
public final class Bech32mChecksum {
  /** How many symbols it has. */
  public static final int LENGTH = 6;

  private static final int CONSTANT = 0x2bc830a3;
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };

  /** The state after the expanded prefix: that of no other checksum. */
  private final int start;

  /** Of codes with this human-readable part, which is not written. */
  public Bech32mChecksum(String prefix) {
    this.start = expanded(prefix);
  }

  private static int expanded(String prefix) {
    int state = 1;
    for (byte c : prefix.getBytes(US_ASCII)) {
      state = next(state, c >> 5);
    }
    state = next(state, 0);
    for (byte c : prefix.getBytes(US_ASCII)) {
      state = next(state, c & 31);
    }
    return state;
  }

  private static int next(int state, int symbol) {
    int out = ((state & 0x1ffffff) << 5) ^ symbol;
    for (int i = 0; i < GENERATOR.length; i++) {
      out ^= GENERATOR[i] & -((state >> (25 + i)) & 1);
    }
    return out;
  }

  private int over(byte[] symbols) {
    int state = start;
    for (byte symbol : symbols) {
      state = next(state, symbol);
    }
    return state;
  }

  /** The data with its checksum behind it. */
  public byte[] append(byte[] data) {
    byte[] all = Arrays.copyOf(data, data.length + LENGTH);
    int checksum = over(all) ^ CONSTANT;
    for (int i = 0; i < LENGTH; i++) {
      all[data.length + i] = (byte) ((checksum >> (5 * (LENGTH - 1 - i))) & 31);
    }
    return all;
  }

  /** Whether the last six symbols are the checksum of the others. */
  public boolean isRight(byte[] symbols) {
    return over(symbols) == CONSTANT;
  }
}
