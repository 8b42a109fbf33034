package dev.e2ee.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.Derived;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The time of data keys, and many threads that need one. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DataKeysTest {
  private static final Duration AGE = Duration.ofMinutes(5);
  private static final byte[] HELLO = Sample.plaintext(33);
  private static final int THREADS = 16;

  private final MemoryCustodyKey key = MemoryCustodyKey.umk();
  private final AtomicLong millis = new AtomicLong(1_000_000_000L);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final DataKeys reuse = new DataKeys(1_000, AGE, 1 << 30, millis::get, nanos::get);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    reuse.close();
    threads.shutdownNow();
  }

  private Envelope reusing(DataKeys keys) {
    try {
      return Envelope.with(key).withDataKeyReuse(keys);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private String dataKey(Envelope envelope) {
    return Derived.dataKeyOf(envelope.seal(HELLO, Sample.context()));
  }

  private static void awaitWiped(SecretBytes secret) throws InterruptedException {
    while (true) {
      try {
        secret.copy();
        Thread.sleep(10);
      } catch (IllegalStateException e) {
        return;
      }
    }
  }

  @Test
  void endsByTheMonotonicClock() {
    // [envelope-61]
    Envelope envelope = reusing(reuse);
    String first = dataKey(envelope);
    nanos.addAndGet(AGE.toNanos() - 1); // which overflows
    assertEquals(first, dataKey(envelope));
    nanos.addAndGet(1);
    assertNotEquals(first, dataKey(envelope));
    assertEquals(2, key.wraps());
    assertThrows(IllegalStateException.class, key.deks().get(0)::copy);
  }

  @Test
  void endsByTheTimeOfDay() {
    // [envelope-61] A machine that sleeps has a monotonic clock that stands still.
    Envelope envelope = reusing(reuse);
    String first = dataKey(envelope);
    millis.addAndGet(AGE.toMillis() - 1);
    assertEquals(first, dataKey(envelope));
    millis.addAndGet(1);
    String second = dataKey(envelope);
    assertNotEquals(first, second);
    millis.addAndGet(-1);
    assertNotEquals(second, dataKey(envelope), "a time of day from before is over");
  }

  @Test
  void openersKeepTheTimeToo() throws GeneralSecurityException {
    // [envelope-61] [envelope-62]
    Envelope envelope = reusing(reuse);
    byte[] sealed = envelope.seal(HELLO, Sample.context());
    envelope.open(sealed, Sample.context());
    millis.addAndGet(AGE.toMillis());
    envelope.open(sealed, Sample.context());
    envelope.open(sealed, Sample.context());
    assertEquals(2, key.unwraps());
  }

  @Test
  void isWipedInTimeThoughNobodyComes() throws Exception {
    // [envelope-61]
    try (DataKeys short_ = new DataKeys(1_000, Duration.ofMillis(50), 1 << 30)) {
      Envelope envelope = reusing(short_);
      byte[] sealed = envelope.seal(HELLO, Sample.context());
      envelope.open(sealed, Sample.context());
      awaitWiped(key.deks().get(0));
      awaitWiped(key.deks().get(1));
    }
  }

  /** What the custody needs counts, and the envelope that asked for it is sealed all the same. */
  @Test
  void aCustodyThatTakesLongerThanTheAgeSealsEachOne() {
    // [envelope-61]
    key.beforeWraps(() -> nanos.addAndGet(AGE.toNanos()));
    Envelope envelope = reusing(reuse);
    assertNotEquals(dataKey(envelope), dataKey(envelope));
    assertEquals(2, key.wraps());
  }

  @Test
  void manyThreadsKeepTheBoundsExactly() throws Exception {
    // [envelope-60]
    int uses = 50;
    int each = 200;
    DataKeys exact = new DataKeys(uses, AGE, 1L << 30);
    Envelope envelope = reusing(exact);
    List<Future<List<byte[]>>> all = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      all.add(
          threads.submit(
              () -> {
                List<byte[]> records = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                  records.add(envelope.seal(HELLO, Sample.context()));
                  envelope.open(records.get(i), Sample.context());
                }
                return records;
              }));
    }
    List<byte[]> records = new ArrayList<>();
    for (Future<List<byte[]>> one : all) {
      records.addAll(one.get());
    }
    Map<String, Long> counts =
        records.stream().collect(Collectors.groupingBy(Derived::dataKeyOf, Collectors.counting()));
    assertEquals(THREADS * each / uses, counts.size());
    counts.values().forEach(count -> assertEquals(uses, count));
    assertEquals(counts.size(), key.wraps());
    exact.close();
    for (SecretBytes secret : key.deks()) {
      assertThrows(IllegalStateException.class, secret::copy);
    }
  }

  /** Starts many seals whose custody does not answer yet. */
  private List<Future<String>> waiting(Envelope envelope, CountDownLatch asked, CountDownLatch go)
      throws InterruptedException {
    key.beforeWraps(
        () -> {
          asked.countDown();
          await(go);
        });
    List<Future<String>> all = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      all.add(threads.submit(() -> dataKey(envelope)));
    }
    asked.await();
    return all;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThreadAsksForAllAndNobodyElseWaits() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<Future<String>> all = waiting(reusing(reuse), new CountDownLatch(1), go);
    MemoryCustodyKey other = MemoryCustodyKey.umk();
    Envelope others = Envelope.with(other).withDataKeyReuse(reuse);
    assertEquals(dataKey(others), dataKey(others), "another key's custody is not in the way");
    go.countDown();
    String first = all.get(0).get();
    for (Future<String> one : all) {
      assertEquals(first, one.get());
    }
    assertEquals(1, key.wraps());
  }

  @Test
  void whoWaitedIsToldWhatTheCustodySaid() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CustodyException sick = new CustodyException(Kind.TIMEOUT, "the test says so");
    List<Future<String>> all = waiting(reusing(reuse), new CountDownLatch(1), go);
    key.failWith(sick);
    go.countDown();
    for (Future<String> one : all) {
      var e = assertThrows(ExecutionException.class, one::get);
      assertSame(sick, e.getCause());
      assertNotSame(CompletionException.class, e.getCause().getClass());
    }
    key.failWith(null);
    assertEquals(dataKey(reusing(reuse)), dataKey(reusing(reuse)));
  }

  /** One of them was interrupted: that is no answer to the others. */
  @Test
  void whoWaitedForOneThatGaveUpAsksAgain() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<Future<String>> all = waiting(reusing(reuse), new CountDownLatch(1), go);
    key.beforeWraps(() -> {});
    key.failOnceWith(new CustodyException(Kind.CANCELLED, "the test says so"));
    go.countDown();
    int cancelled = 0;
    for (Future<String> one : all) {
      try {
        one.get();
      } catch (ExecutionException e) {
        assertEquals(Kind.CANCELLED, ((CustodyException) e.getCause()).kind());
        cancelled++;
      }
    }
    assertEquals(1, cancelled);
  }

  @Test
  void whatComesAfterTheCloseIsWiped() throws Exception {
    // [envelope-61]
    CountDownLatch go = new CountDownLatch(1);
    List<Future<String>> all = waiting(reusing(reuse), new CountDownLatch(1), go);
    reuse.close();
    go.countDown();
    for (Future<String> one : all) {
      var e = assertThrows(ExecutionException.class, one::get);
      assertTrue(e.getCause() instanceof IllegalStateException, e.toString());
    }
    assertThrows(IllegalStateException.class, key.deks().get(0)::copy);
  }
}
