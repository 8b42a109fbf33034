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
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The token's server dies, or stops answering, while many threads use it. */
abstract class LostServer {
  /** Through which the module is called. */
  abstract Binding binding();

  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /** What a machine at work may need beyond a deadline until a thread runs again. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  /** Within which service must be there again. */
  private static final Duration RESUME = Duration.ofSeconds(5);

  /** After which a test that waits has failed. */
  private static final Duration HANGS = Duration.ofMinutes(2);

  private static final byte[] AAD = {7};

  /**
   * The one that was left alone in a freeze, the one that came for it, and one that had nothing to
   * do for so long that it wanted to end, and could not close its session in the freeze.
   */
  private static final int MOST_LANES = 3;

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
          try {
            byte[] wrapped = inTime(() -> umk.wrap(dek, AAD));
            try (SecretBytes back = inTime(() -> umk.unwrap(wrapped, AAD))) {
              assertTrue(back.sameBytes(dek), "another DEK came back");
            }
            succeeded.incrementAndGet();
          } catch (CustodyException e) {
            errors.get(e.kind()).incrementAndGet();
            messages.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
          }
        }
      } catch (Throwable e) {
        wrong.compareAndSet(null, e);
      }
    }

    private static <T> T inTime(Supplier<T> operation) {
      long start = System.nanoTime();
      try {
        return operation.get();
      } finally {
        requireInTime(start);
      }
    }

    int errors() {
      return errors.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Waits until more has failed than before. */
    void untilItFails(int before) throws InterruptedException {
      long start = System.nanoTime();
      while (errors() == before) {
        assertNull(wrong.get());
        assertTrue(System.nanoTime() - start < HANGS.toNanos(), "nothing notices the loss");
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
          thread.join(HANGS.toMillis());
          assertFalse(thread.isAlive(), "an operation does not end");
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

  private static void requireInTime(long start) {
    long took = System.nanoTime() - start;
    assertTrue(
        took < DEADLINE.plus(GRACE).toNanos(),
        () -> "an operation took " + TimeUnit.NANOSECONDS.toMillis(took) + " ms");
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
          resumed.add(load.untilItSucceeds(RESUME.plus(GRACE)));
        }
      }
      assertEquals(key.id(), custody.find("records").id());
    }
    System.out.println(
        getClass().getSimpleName() + ": ms until the first success after each kill: " + resumed);
    Collections.sort(resumed);
    assertTrue(resumed.get(KILLS / 2) <= RESUME.toMillis(), resumed::toString); // without grace
  }

  /** Somebody had the token while its server was away, and the custody open. */
  @Test
  void aKeyThatWasExchangedMeanwhileIsNotUsed() throws Exception {
    RealToken.Made token = RealToken.P11_KIT.make();
    RealToken.Made behind =
        new RealToken.Made(RealToken.SOFTHSM, token.label(), RealToken.SOFTHSM.make().module());
    TokenServer server = token.server().orElseThrow();
    try (Pkcs11Custody custody = open(token);
        SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      KeyId id = key.id();
      KeyId other = custody.generate("others", KeyKind.UMK).id();
      DekWrap umk = umk(key);
      byte[] wrapped = umk.wrap(dek, AAD);
      server.kill();
      exchange(behind, id, other);
      server.startAgain();
      assertEquals(Kind.CORRUPT, lasting(() -> umk.wrap(dek, AAD)));
      assertEquals(Kind.CORRUPT, lasting(() -> umk.unwrap(wrapped, AAD).close()));
      server.kill();
      exchange(behind, id, other);
      server.startAgain();
      assertEquals(null, lasting(() -> umk.unwrap(wrapped, AAD).close()));
    }
  }

  /** Two secrets change their names: each object gets the id and the label of the other. */
  private static void exchange(RealToken.Made token, KeyId one, KeyId two) throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.list();
      try (RawToken raw = new RawToken(token)) {
        long first = raw.find(RawToken.attribute(RawToken.ID, one.toBytes()))[0];
        long second = raw.find(RawToken.attribute(RawToken.ID, two.toBytes()))[0];
        Object firstLabel = raw.read(first, RawToken.LABEL);
        Object secondLabel = raw.read(second, RawToken.LABEL);
        write(raw, first, two, secondLabel);
        write(raw, second, one, firstLabel);
      }
    }
  }

  private static void write(RawToken raw, long object, KeyId id, Object label) throws Exception {
    raw.write(
        object,
        RawToken.attribute(RawToken.ID, id.toBytes()),
        RawToken.attribute(RawToken.LABEL, label));
  }

  /** What comes of an operation once the server is found again; null for a success. */
  private static Kind lasting(Runnable operation) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      try {
        operation.run();
        return null;
      } catch (CustodyException e) {
        boolean temporary =
            e.kind() == Kind.TRANSIENT || e.kind() == Kind.REMOVED || e.kind() == Kind.TIMEOUT;
        if (!temporary || System.nanoTime() - start > HANGS.toNanos()) {
          return e.kind();
        }
        Thread.sleep(100);
      }
    }
  }

  @Test
  void aFrozenServerCostsADeadlineAndNothingElse() throws Exception {
    RealToken.Made token = RealToken.P11_KIT.make();
    TokenServer server = token.server().orElseThrow();
    FaultyModule[] module = new FaultyModule[1];
    try (Pkcs11Custody custody =
            Opened.faulty(
                token.through(binding()).uri(),
                Opened.giving(RealToken.PIN).withDeadline(DEADLINE),
                made -> module[0] = made);
        SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      custody.unlock();
      DekWrap umk = umk(custody.generate("records", KeyKind.UMK));
      umk.wrap(dek, AAD);
      int sessions = module[0].openSessions();
      Set<Thread> threads = Thread.getAllStackTraces().keySet();
      int lanes = 0;
      for (int i = 0; i < FREEZES; i++) {
        server.freeze();
        try {
          CustodyException frozen = null;
          long start = System.nanoTime();
          try {
            umk.wrap(dek, AAD);
          } catch (CustodyException e) {
            frozen = e;
          }
          requireInTime(start);
          assertEquals(Kind.TIMEOUT, frozen == null ? null : frozen.kind());
          assertFalse(frozen.mayHaveTakenEffect());
        } finally {
          server.thaw();
        }
        umk.unwrap(umk.wrap(dek, AAD), AAD).close();
        lanes = Math.max(lanes, custody.lanes());
      }
      assertTrue(lanes <= MOST_LANES, "lanes: " + lanes);
      // Beside those of the beginning, which were the login's and that of one lane.
      int most = sessions + MOST_LANES - 1;
      assertTrue(module[0].openSessions() <= most, "sessions: " + module[0].openSessions());
      Set<Thread> more = new HashSet<>(Thread.getAllStackTraces().keySet());
      more.removeAll(threads);
      more.removeIf(
          thread -> thread.getName().startsWith("process reaper")); // the JDK's, of a kill
      more.removeIf(thread -> thread.getName().matches("e2ee-pkcs11-[0-9]+")); // a lane's
      assertTrue(more.isEmpty(), more::toString);
    }
  }
}
