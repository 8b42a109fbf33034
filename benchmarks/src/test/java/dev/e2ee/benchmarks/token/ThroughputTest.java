package dev.e2ee.benchmarks.token;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  @Test
  void countsWhatAllThreadsDo() throws Exception {
    AtomicInteger one = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    double speed =
        Throughput.measure(List.of(one::incrementAndGet, other::incrementAndGet), 20, 50);
    assertTrue(one.get() > 0 && other.get() > 0);
    assertTrue(speed > 0 && speed <= (one.get() + other.get()) / 0.05, () -> "" + speed);
  }

  /** On a machine that is busy with other things an operation may take longer than the time. */
  @Test
  void waitsForAnOperationToEnd() throws Exception {
    assertTrue(Throughput.measure(List.of(() -> Thread.sleep(50)), 1, 1) > 0);
  }

  @Test
  void aThreadThatFailsGivesNoNumber() {
    IllegalStateException failed =
        assertThrows(
            IllegalStateException.class,
            () ->
                Throughput.measure(
                    List.of(
                        () -> {
                          throw new ArithmeticException();
                        }),
                    1,
                    1));
    assertInstanceOf(ArithmeticException.class, failed.getCause());
  }
}
