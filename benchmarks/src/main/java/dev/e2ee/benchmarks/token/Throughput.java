package dev.e2ee.benchmarks.token;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Counts what several threads get done while the clock runs. */
final class Throughput {
  private Throughput() {}

  /** What a thread does again and again. */
  interface Action {
    /** Does it once. */
    void run() throws Exception;
  }

  /**
   * Operations a second of all threads together.
   *
   * @param actions one for each thread
   * @param warmUp milliseconds before the measurement
   * @param time milliseconds of it, or a multiple, until an operation has ended
   * @throws IllegalStateException when a thread failed
   */
  static double measure(List<Action> actions, long warmUp, long time) throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<AtomicLong> counts = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Action action : actions) {
      AtomicLong count = new AtomicLong();
      counts.add(count);
      Thread thread = new Thread(() -> repeat(action, count, stop, failure));
      threads.add(thread);
      thread.start();
    }
    Thread.sleep(warmUp);
    long start = System.nanoTime();
    long before = sum(counts);
    long after;
    do { // again where the machine let none of them end: no operations a second are no result
      Thread.sleep(time);
      after = sum(counts);
    } while (after == before && failure.get() == null);
    long end = System.nanoTime();
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a thread failed", failure.get());
    }
    return (after - before) * 1e9 / (end - start);
  }

  private static void repeat(
      Action action, AtomicLong count, AtomicBoolean stop, AtomicReference<Throwable> failure) {
    try {
      do { // once at least, so that one that fails is found out
        action.run();
        count.setRelease(count.getPlain() + 1);
      } while (!stop.get());
    } catch (Throwable e) { // told by the thread that measures
      failure.compareAndSet(null, e);
    }
  }

  private static long sum(List<AtomicLong> counts) {
    return counts.stream().mapToLong(AtomicLong::get).sum();
  }
}
