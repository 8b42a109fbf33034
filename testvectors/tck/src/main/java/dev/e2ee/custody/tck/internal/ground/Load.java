package dev.e2ee.custody.tck.internal.ground;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that wrap, unwrap and look up until they are told to stop, whatever happens to the store.
 */
public final class Load implements AutoCloseable {
  private static final byte[] AAD = {7};

  private final KeyCustody custody;
  private final CustodyKey key;
  private final Set<Kind> allowed;
  private final InTime inTime;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicInteger succeeded = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Map<String, Integer> errors = new ConcurrentHashMap<>();
  private final AtomicReference<Throwable> wrong = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Begins.
   *
   * @param allowed the kinds with which an operation may fail
   * @param inTime when it ends
   */
  public Load(KeyCustody custody, CustodyKey key, int count, Set<Kind> allowed, InTime inTime) {
    this.custody = custody;
    this.key = key;
    this.allowed = Set.copyOf(allowed);
    this.inTime = inTime;
    for (int i = 0; i < count; i++) {
      int number = i;
      Thread thread = new Thread(() -> work(number), "tck-load-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  private void work(int number) {
    DekWrap umk = inTime.each(Check.wrapOf(key));
    try (SecretBytes dek = Check.dek(number)) {
      while (!stop.get()) {
        once(umk, dek, number);
      }
    } catch (Throwable e) { // whoever waits gets it
      wrong.compareAndSet(null, e);
    }
  }

  private void once(DekWrap umk, SecretBytes dek, int number) {
    try {
      if (number == 0) {
        String name = key.description().name();
        CustodyKey found = inTime.done("find(name)", () -> custody.find(name));
        Check.equal(key.id(), found.id(), "the key of this name");
      } else {
        Check.opens(umk, umk.wrap(dek, AAD), AAD, dek, "a wrap under load");
      }
      succeeded.incrementAndGet();
    } catch (CustodyException e) {
      Check.among(allowed, "an operation on a store that went away", e);
      errors.merge(e.kind() + ": " + e.getMessage(), 1, Integer::sum);
      failed.incrementAndGet();
    }
  }

  /** How many operations failed so far, as they may. */
  public int failed() {
    return failed.get();
  }

  /** Waits until something more fails. */
  public void untilItFails(int before, Duration most) throws InterruptedException {
    until(failed, before, most, "the store is gone, and nothing failed");
  }

  /** Waits until something more succeeds. */
  public void untilItSucceeds(Duration most) throws InterruptedException {
    until(succeeded, succeeded.get(), most, "nothing succeeded");
  }

  private void until(AtomicInteger count, int before, Duration most, String otherwise)
      throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (count.get() == before) {
      requireRight();
      Check.that(
          System.nanoTime() < end, otherwise + " for " + most.toSeconds() + " s; seen: " + errors);
      Thread.sleep(2);
    }
  }

  private void requireRight() {
    Throwable seen = wrong.get();
    if (seen != null) {
      throw new Broken(String.valueOf(seen.getMessage()), seen);
    }
  }

  /** Ends it, and says what was wrong. */
  public void end() throws InterruptedException {
    close();
    for (Thread thread : threads) {
      thread.join();
    }
    requireRight();
  }

  /** Tells the threads to stop, and waits for none. */
  @Override
  public void close() {
    stop.set(true);
  }
}
