package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.implementation.RecordCipher;
import dev.e2ee.benchmarks.implementation.RoundTrip;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that take turns. One and the same envelope opened again and again has one and the same
 * DEK, and SunJCE leaves out the key schedule when the key did not change: no real reader does
 * that.
 */
final class Ring {
  private static final int MOST = 64;
  private static final int BYTES = 1 << 20;

  private final List<RoundTrip> records;
  private int last;

  private Ring(List<RoundTrip> records) {
    this.records = records;
  }

  /** This record and more of its size: 1 MiB of them, but 2 to 64. */
  static Ring of(RecordCipher cipher, RoundTrip first) throws GeneralSecurityException {
    int size = first.plaintext().length;
    int count = Math.max(2, Math.min(MOST, BYTES / size));
    List<RoundTrip> records = new ArrayList<>(List.of(first));
    while (records.size() < count) {
      records.add(RoundTrip.unchecked(cipher, size));
    }
    return new Ring(records);
  }

  /** The next one. */
  RoundTrip next() {
    last = (last + 1) % records.size();
    return records.get(last);
  }
}
