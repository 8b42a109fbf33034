package dev.e2ee.internal.core;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When something began, by two clocks: a monotonic one may stand still while a machine sleeps, and
 * the time of day may be set.
 *
 * @param clock the time of day in milliseconds
 * @param nanos a monotonic clock in nanoseconds
 */
record Moment(LongSupplier clock, LongSupplier nanos, long millis, long nano) {
  static Moment now(LongSupplier clock, LongSupplier nanos) {
    return new Moment(clock, nanos, clock.getAsLong(), nanos.getAsLong());
  }

  /** Whether so much has passed by either clock, or the time of day is from before. */
  boolean isPast(Duration age) {
    long elapsed = clock.getAsLong() - millis;
    return elapsed < 0
        || Duration.ofMillis(elapsed).compareTo(age) >= 0
        || nanos.getAsLong() - nano >= age.toNanos();
  }

  /** How much of an age is left, by the monotonic clock; zero or less when it has passed. */
  Duration left(Duration age) {
    return age.minusNanos(nanos.getAsLong() - nano);
  }
}
