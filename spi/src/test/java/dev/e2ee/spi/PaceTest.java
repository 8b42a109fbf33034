package dev.e2ee.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.probe.Pace;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void countsWhatEveryThreadDid() {
    AtomicLong done = new AtomicLong();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Pace pace =
        Pace.of(
            3,
            Duration.ofMillis(20),
            () -> {
              done.incrementAndGet();
              threads.add(Thread.currentThread());
            });
    assertTrue(done.get() > pace.operations(), "the first ones are not counted");
    assertTrue(pace.operations() >= 3, pace::toString);
    assertEquals(3, threads.size());
    assertEquals(3, pace.threads());
    assertTrue(pace.median().compareTo(pace.slowest1Percent()) <= 0, pace::toString);
  }

  @Test
  void eachThreadDoesItOnceAtLeast() {
    AtomicLong done = new AtomicLong();
    Pace pace = Pace.of(2, Duration.ZERO, done::incrementAndGet);
    assertEquals(2, done.get());
    assertEquals(2, pace.operations());
  }

  @Test
  void theRateIsOfTheWholeTime() {
    Pace pace =
        new Pace(
            8, 500, Duration.ofMillis(250), Duration.ofNanos(4_200_000), Duration.ofMillis(70));
    assertEquals(2000, pace.perSecond());
    assertEquals("2000/s, one takes 4200 µs (99 of 100: 70 ms)", pace.toString());
  }

  @Test
  void anErrorIsToldWhenAllThreadsHaveEnded() {
    IllegalStateException fault = new IllegalStateException("the second one");
    AtomicLong begun = new AtomicLong();
    AtomicLong ended = new AtomicLong();
    assertSame(
        fault,
        assertThrows(
            IllegalStateException.class,
            () ->
                Pace.of(
                    4,
                    Duration.ofMillis(50),
                    () -> {
                      if (begun.incrementAndGet() == 2) {
                        throw fault;
                      }
                      ended.incrementAndGet();
                    })));
    assertEquals(begun.get() - 1, ended.get());
  }
}
