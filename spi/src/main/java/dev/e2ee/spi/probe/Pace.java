package dev.e2ee.spi.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * How fast something can be done on this machine now.
 *
 * @param threads that did it at the same time
 * @param operations that were done
 * @param elapsed from the first one's beginning to the last one's end
 * @param median time of one operation
 * @param slowest1Percent 99 of 100 operations took no longer
 */
public record Pace(
    int threads, long operations, Duration elapsed, Duration median, Duration slowest1Percent) {
  /** Times that are kept for each thread; of more operations, the first ones are. */
  private static final int KEPT = 1 << 20;

  /** Operations in a second, by all threads together. */
  public long perSecond() {
    return Math.round(operations * 1e9 / Math.max(1, elapsed.toNanos()));
  }

  /** A line for a person. */
  @Override
  public String toString() {
    return perSecond()
        + "/s, one takes "
        + micros(median)
        + " (99 of 100: "
        + micros(slowest1Percent)
        + ")";
  }

  private static String micros(Duration time) {
    long micros = time.toNanos() / 1000;
    return micros < 10_000 ? micros + " µs" : micros / 1000 + " ms";
  }

  /**
   * Does something over and over again, in some threads at the same time, each at least once. A
   * quarter of the time before that is not counted, in which the JVM compiles it.
   *
   * @param threads 1 or more
   * @param time for which new operations are begun
   * @throws RuntimeException what an operation threw; the others end first
   */
  public static Pace of(int threads, Duration time, Runnable operation) {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "e2ee-pace");
              thread.setDaemon(true);
              return thread;
            });
    try {
      CountDownLatch ready = new CountDownLatch(threads);
      List<Future<long[]>> runs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        runs.add(executor.submit(() -> run(ready, time.toNanos(), operation)));
      }
      return summary(threads, ended(runs));
    } finally {
      executor.shutdown();
    }
  }

  /**
   * The times of one thread's operations in ns, behind when it began, when it ended, and a count.
   */
  private static long[] run(CountDownLatch ready, long nanos, Runnable operation)
      throws InterruptedException {
    long warm = System.nanoTime() + nanos / 4;
    try {
      while (warm - System.nanoTime() > 0) {
        operation.run();
      }
    } finally {
      ready.countDown(); // also when it failed: the others wait for it
    }
    ready.await();
    long[] times = new long[1024];
    int kept = 3;
    long count = 0;
    long begin = System.nanoTime();
    long before = begin;
    do {
      operation.run();
      long now = System.nanoTime();
      if (kept == times.length && kept < KEPT) {
        times = Arrays.copyOf(times, 2 * kept);
      }
      if (kept < times.length) {
        times[kept++] = now - before;
      }
      count++;
      before = now;
    } while (before - begin < nanos);
    times[0] = begin;
    times[1] = before;
    times[2] = count;
    return Arrays.copyOf(times, kept);
  }

  /** All results, or what the first of those that failed threw, once all have ended. */
  private static List<long[]> ended(List<Future<long[]>> runs) {
    List<long[]> all = new ArrayList<>();
    RuntimeException failure = null;
    for (Future<long[]> run : runs) {
      try {
        all.add(result(run));
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return all;
  }

  private static Pace summary(int threads, List<long[]> all) {
    long begin = all.stream().mapToLong(run -> run[0]).min().orElseThrow();
    long end = all.stream().mapToLong(run -> run[1]).max().orElseThrow();
    long[] times = all.stream().flatMapToLong(run -> LongStream.of(run).skip(3)).sorted().toArray();
    return new Pace(
        threads,
        all.stream().mapToLong(run -> run[2]).sum(),
        Duration.ofNanos(end - begin),
        Duration.ofNanos(times[times.length / 2]),
        Duration.ofNanos(times[(int) Math.min(times.length - 1L, times.length * 99L / 100)]));
  }

  private static long[] result(Future<long[]> run) {
    try {
      return run.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }
}
