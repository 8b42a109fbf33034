package dev.e2ee.custody.tck.internal.ground;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures operations of a custody with a deadline: each ends within it, whatever comes of it. For
 * many threads.
 */
public final class InTime {
  /** What a busy machine may take longer: much, and less than the deadline once more. */
  private static final Duration BUSY = Duration.ofSeconds(2);

  private final Duration deadline;
  private final AtomicLong longest = new AtomicLong();

  /** Of a custody with this deadline, which is longer than what a busy machine may add to it. */
  public InTime(Duration deadline) {
    if (deadline.compareTo(BUSY) <= 0) {
      throw new IllegalArgumentException(
          "twice a deadline of " + deadline + " would not be told from a busy machine");
    }
    this.deadline = deadline;
  }

  /** Does it and gives what it gives, a refusal too. */
  public <T> T done(String what, Supplier<T> operation) {
    long start = System.nanoTime();
    T result;
    try {
      result = operation.get();
    } catch (CustodyException e) {
      requireInTime(start, what + " was refused with " + e.kind(), e);
      throw e;
    }
    requireInTime(start, what + " was done", null);
    return result;
  }

  /** A UMK whose wraps and unwraps are measured, each for itself. */
  public DekWrap each(DekWrap umk) {
    return new Measured(umk);
  }

  private void requireInTime(long start, String what, @Nullable CustodyException refusal) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    longest.accumulateAndGet(took.toMillis(), Math::max);
    if (took.compareTo(deadline.plus(BUSY)) > 0) {
      throw new Broken(
          "%s after %,d ms: every operation ends within CustodyOptions.deadline(), here %,d ms; %,d ms more are allowed for a busy machine"
              .formatted(what, took.toMillis(), deadline.toMillis(), BUSY.toMillis()),
          refusal);
    }
  }

  /** The longest of all so far, for people. */
  @Override
  public String toString() {
    return "a deadline of %d s, the longest operation took %,d ms"
        .formatted(deadline.toSeconds(), longest.get());
  }

  private final class Measured implements DekWrap {
    private final DekWrap umk;

    Measured(DekWrap umk) {
      this.umk = umk;
    }

    @Override
    public int wrapAlg() {
      return umk.wrapAlg();
    }

    @Override
    public int wrappedLength() {
      return umk.wrappedLength();
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return done("wrapping", () -> umk.wrap(dek, aad));
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      return done("unwrapping", () -> umk.unwrap(wrapped, aad));
    }
  }
}
