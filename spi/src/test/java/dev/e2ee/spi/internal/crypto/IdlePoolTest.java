package dev.e2ee.spi.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdlePoolTest {
  private static final int THREADS = 8;

  /** Notices when two threads have it at a time. */
  private static final class Lent {
    private final AtomicInteger users = new AtomicInteger();

    void use() {
      assertEquals(1, users.incrementAndGet(), "one thread at a time");
      Thread.onSpinWait();
      users.decrementAndGet();
    }
  }

  @Test
  void givesBackWhatItWasGivenAndNothingTwice() {
    IdlePool<String> pool = new IdlePool<>();
    assertNull(pool.take());
    assertTrue(pool.give("one"));
    assertSame("one", pool.take());
    assertNull(pool.take());
  }

  @Test
  void hasRoomForSomeAndSaysSo() {
    IdlePool<Integer> pool = new IdlePool<>();
    int room = 0;
    while (pool.give(room)) {
      room++;
    }
    assertTrue(room >= 1 && room <= 16, "room for " + room);
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < room; i++) {
      taken.add(pool.take());
    }
    assertNull(pool.take());
    assertEquals(room, taken.stream().distinct().count());
  }

  @Test
  void handsOverAllWhenClosed() {
    IdlePool<String> pool = new IdlePool<>();
    pool.give("one");
    List<String> last = new ArrayList<>();
    pool.close(last::add);
    assertEquals(List.of("one"), last);
    assertNull(pool.take());
    assertFalse(pool.give("two"));
    assertNull(pool.take());
  }

  @Test
  void lendsToOneThreadAtATimeAndMakesNobodyWait() throws Exception {
    IdlePool<Lent> pool = new IdlePool<>();
    AtomicInteger made = new AtomicInteger();
    Callable<Void> work =
        () -> {
          for (int i = 0; i < 50_000; i++) {
            Lent lent = pool.take();
            if (lent == null) {
              made.incrementAndGet();
              lent = new Lent();
            }
            lent.use();
            pool.give(lent);
          }
          return null;
        };
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Void> end : threads.invokeAll(Collections.nCopies(THREADS, work))) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertTrue(made.get() < THREADS * 5000, made + " were made: they are used again");
  }
}
