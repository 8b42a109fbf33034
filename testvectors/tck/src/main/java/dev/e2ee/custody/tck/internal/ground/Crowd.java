package dev.e2ee.custody.tck.internal.ground;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;

/** Many threads that begin at once. */
public final class Crowd {
  private Crowd() {}

  /** What each thread does. */
  @FunctionalInterface
  public interface Work {
    /** As the thread of this number, from 0. */
    void as(int thread) throws Exception;
  }

  /** Runs them to their end, and throws what the first of them threw. */
  public static void of(int threads, Work work) throws Exception {
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  work.as(number);
                } catch (Throwable e) { // the caller gets it, whatever it is
                  wrong.compareAndSet(null, e);
                }
              },
              "tck-" + i);
      thread.setDaemon(true);
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    Throwable first = wrong.get();
    if (first instanceof Exception e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
  }
}
