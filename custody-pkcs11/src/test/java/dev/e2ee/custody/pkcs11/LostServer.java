package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The token's server dies, or stops answering, while many threads use it. */
abstract class LostServer {
  /** Through which the module is called. */
  abstract Binding binding();

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** What a machine at work may need beyond a deadline until a thread runs again. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  private static final byte[] AAD = {7};

  /** The full number is for the soak. */
  private static final int KILLS = Boolean.getBoolean("e2ee.custody.soak") ? 100 : 8;

  private static final int FREEZES = Boolean.getBoolean("e2ee.custody.soak") ? 20 : 3;

  private Pkcs11Custody open(RealToken.Made token) {
    Pkcs11Custody custody =
        new Pkcs11Provider()
            .open(
                token.through(binding()).uri(),
                Opened.giving(RealToken.PIN).withDeadline(DEADLINE));
    custody.unlock();
    return custody;
  }

  /** Threads that wrap and unwrap until they are told to stop. */
  private static final class Load implements AutoCloseable {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicReference<Throwable> wrong = new AtomicReference<>();
    private final Map<Kind, AtomicInteger> errors = new EnumMap<>(Kind.class);
    private final Map<String, Integer> messages = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    Load(DekWrap umk, int count) {
      for (Kind kind : Kind.values()) {
        errors.put(kind, new AtomicInteger());
      }
      for (int i = 0; i < count; i++) {
        Thread thread = new Thread(() -> work(umk));
        thread.start();
        threads.add(thread);
      }
    }

    private void work(DekWrap umk) {
      byte[] bytes = new byte[32];
      bytes[0] = 42;
      try (SecretBytes dek = SecretBytes.adopt(bytes)) {
        while (!stop.get()) {
          long start = System.nanoTime();
          try (SecretBytes back = umk.unwrap(umk.wrap(dek, AAD), AAD)) {
            assertTrue(back.sameBytes(dek), "another DEK came back");
            succeeded.incrementAndGet();
          } catch (CustodyException e) {
            errors.get(e.kind()).incrementAndGet();
            messages.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
          }
          long took = System.nanoTime() - start;
          // A wrap and an unwrap, a deadline each.
          assertTrue(
              took < 2 * DEADLINE.toNanos() + GRACE.toNanos(),
              () -> "an operation took " + TimeUnit.NANOSECONDS.toMillis(took) + " ms");
        }
      } catch (Throwable e) {
        wrong.compareAndSet(null, e);
      }
    }

    int errors() {
      return errors.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Waits until more has failed than before. */
    void untilItFails(int before) throws InterruptedException {
      while (errors() == before) {
        assertNull(wrong.get());
        Thread.sleep(1);
      }
    }

    /** Waits until something more succeeds. */
    long untilItSucceeds(Duration most) throws InterruptedException {
      int before = succeeded.get();
      long start = System.nanoTime();
      while (succeeded.get() == before) {
        assertNull(wrong.get());
        assertTrue(
            System.nanoTime() - start < most.toNanos(),
            () -> "nothing succeeded for " + most + "; errors: " + messages);
        Thread.sleep(2);
      }
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    @Override
    public void close() {
      stop.set(true);
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      assertNull(wrong.get());
      assertEquals(0, errors.get(Kind.INTEGRITY).get(), "a lost server is no tampering");
      assertEquals(0, errors.get(Kind.CORRUPT).get());
      assertEquals(0, errors.get(Kind.MISSING).get(), "a lost server says nothing of its keys");
      assertEquals(0, errors.get(Kind.AUTH_FAILED).get());
    }
  }

  private static DekWrap umk(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  @Test
  void serviceResumesWheneverTheServerIsBack() throws Exception {
    List<Long> resumed = new ArrayList<>();
    RealToken.Made token = RealToken.P11_KIT.make();
    TokenServer server = token.server().orElseThrow();
    try (Pkcs11Custody custody = open(token)) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      try (Load load = new Load(umk(key), 4)) {
        load.untilItSucceeds(Duration.ofSeconds(10));
        for (int i = 0; i < KILLS; i++) {
          int lost = load.errors();
          server.kill();
          load.untilItFails(lost);
          server.startAgain();
          resumed.add(load.untilItSucceeds(Duration.ofSeconds(5).plus(GRACE)));
        }
      }
      assertEquals(key.id(), custody.find("records").id());
    }
    System.out.println(
        getClass().getSimpleName() + ": ms until the first success after each kill: " + resumed);
  }

  @Test
  void aFrozenServerCostsADeadlineAndNothingElse() throws Exception {
    RealToken.Made token = RealToken.P11_KIT.make();
    TokenServer server = token.server().orElseThrow();
    try (Pkcs11Custody custody = open(token);
        SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      DekWrap umk = umk(custody.generate("records", KeyKind.UMK));
      umk.wrap(dek, AAD);
      int lanes = 0;
      for (int i = 0; i < FREEZES; i++) {
        server.freeze();
        try {
          CustodyException frozen = null;
          try {
            umk.wrap(dek, AAD);
          } catch (CustodyException e) {
            frozen = e;
          }
          assertEquals(Kind.TIMEOUT, frozen == null ? null : frozen.kind());
          assertFalse(frozen.mayHaveTakenEffect());
        } finally {
          server.thaw();
        }
        umk.unwrap(umk.wrap(dek, AAD), AAD).close();
        lanes = Math.max(lanes, custody.lanes());
      }
      assertTrue(lanes <= 2, "lanes: " + lanes);
    }
  }
}
