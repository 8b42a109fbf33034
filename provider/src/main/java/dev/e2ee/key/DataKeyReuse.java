package dev.e2ee.key;

import dev.e2ee.internal.core.DataKeys;
import java.time.Duration;

/**
 * The permission to ask a custody once for many envelopes, within three bounds. Without it, which
 * is the default, each envelope costs an operation in custody.
 *
 * <p>The custody wraps a <i>data key</i> once, and each envelope's DEK is derived from that, the
 * context and a salt of its own. So each envelope still has a DEK of its own, and whoever learns
 * one learns nothing of the others. The price is the data key: it stays in this process's memory as
 * long as the bounds let it. Who reads that memory opens every envelope of the data key, those from
 * before too, and can seal for any record under the UMK until its generation is retired. The
 * custody sees, counts and audits one operation in place of many. {@code
 * testvectors/spec/envelope.md}, section 5, "Derived DEKs", has the rules, section 13 the whole
 * price.
 *
 * <pre>{@code
 * try (DataKeyReuse reuse = DataKeyReuse.limitedTo(1_000, Duration.ofMinutes(5), 1L << 30);
 *     Envelope envelopes = Envelope.with(umk).withDataKeyReuse(reuse)) {
 *   …
 * }
 * }</pre>
 *
 * <p>It holds for the {@code CustodyKey} objects that it is used with, each on its own: a key that
 * is looked up anew for each record gets a data key for each, too. The data key ends with the first
 * bound that is reached, with {@link #close}, and when the custody says, as far as it knows without
 * asking its store, that it would not wrap now: locked, closed, rotated, retired; also when it was
 * locked and unlocked meanwhile. At the end it is wiped.
 *
 * <p>Locking a custody tells nobody. A data key of a custody that was locked is not used any more,
 * and is wiped when somebody comes for it, or when its age is over: up to an hour later. Who locks
 * so that nothing is left in memory closes this object too.
 *
 * <p>Each data key costs one wrap and one unwrap: what does not open again seals nothing. A wrap
 * for itself is not tried so.
 *
 * <p>An envelope whose length is not known when it begins (a stream of more than 64 KiB, or any
 * with suite 2 forced, whose first bytes come before {@code doFinal}), or is over the bound, gets a
 * DEK that is wrapped for itself, as without this.
 *
 * <p>For opening it keeps data keys that a custody has unwrapped, at the most 64 at once, each for
 * so many envelopes and so long as the bounds say. What was sealed with reuse opens without, too.
 *
 * <p>Safe for use by many threads, and for several envelope objects and ciphers at once.
 */
public sealed interface DataKeyReuse extends AutoCloseable permits DataKeys {
  /** The most envelopes of one data key. */
  int MAX_USES = 1 << 20;

  /** The longest that a data key stays. */
  Duration MAX_AGE = Duration.ofHours(1);

  /** The most bytes of plaintext under one data key. */
  long MAX_BYTES = 1L << 40;

  /**
   * Allows reuse within these bounds; the first that is reached ends a data key.
   *
   * @param uses the most envelopes that are sealed, or opened, with one data key: 1 to {@link
   *     #MAX_USES}
   * @param age how long a data key stays in memory, by the time of day or a monotonic clock,
   *     whichever says more: over 0, up to {@link #MAX_AGE}. The operation in custody that it
   *     begins with counts
   * @param bytes the most bytes of plaintext that are sealed with one data key, all envelopes
   *     together: 1 to {@link #MAX_BYTES}
   * @throws IllegalArgumentException for a bound outside of these
   */
  static DataKeyReuse limitedTo(int uses, Duration age, long bytes) {
    return new DataKeys(uses, age, bytes);
  }

  /** The most envelopes of one data key. */
  int uses();

  /** The longest that a data key stays. */
  Duration age();

  /** The most bytes of plaintext sealed with one data key. */
  long bytes();

  /**
   * Wipes all data keys, for good: whoever seals or opens with it then is told so by an {@link
   * IllegalStateException}. A second call does nothing.
   */
  @Override
  void close();
}
