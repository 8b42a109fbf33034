package dev.e2ee.internal.core;

import dev.e2ee.spi.SecretBytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One data key in memory, until the first of its bounds: then it is wiped, by whoever notices, or
 * by a timer when nobody comes. Everything is done under the lock of the {@link DataKeys} that it
 * is one of.
 */
final class KeptDataKey {
  /** What there may be of one. */
  record Bounds(int uses, Duration age, long bytes) {}

  private final Bounds bounds;
  private final Moment begun;
  private final SecretBytes key;
  private final byte[] wrap;
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
  private final CompletableFuture<Void> wiped;
  private int uses;
  private long bytes;

  /**
   * Takes over a key.
   *
   * @param lock under which all but the timer uses it
   * @param begun when it was drawn, or asked for
   * @param wrap what a custody made of it
   */
  KeptDataKey(Object lock, Bounds bounds, Moment begun, SecretBytes key, byte[] wrap) {
    this.bounds = bounds;
    this.begun = begun;
    this.key = key;
    this.wrap = wrap;
    this.wiped =
        end.thenRun(
            () -> {
              synchronized (lock) {
                key.close();
              }
            });
  }

  /** Lets a timer end it, too. */
  void endInTime() {
    end.completeOnTimeout(null, begun.left(bounds.age()).toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * A copy for one more envelope; null, and the end, when it would be over a bound.
   *
   * @param length of its plaintext in bytes; 0 for opening
   */
  DataKeys.@Nullable Lease lease(long length) {
    // [envelope-60] [envelope-61]
    if (wiped.isDone() || length > bounds.bytes() - bytes || begun.isPast(bounds.age())) {
      end();
      return null;
    }
    return first(length);
  }

  /** The same for the envelope that it was made for, however long that took. */
  DataKeys.Lease first(long length) {
    DataKeys.Lease lease = new DataKeys.Lease(SecretBytes.adopt(key.copy()), wrap);
    uses++;
    bytes += length;
    if (uses == bounds.uses() || bytes == bounds.bytes()) {
      end();
    }
    return lease;
  }

  /** Wipes it; a second call does nothing. */
  void end() {
    end.complete(null);
  }
}
