package dev.e2ee.custody.tck.internal.point;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.e2ee.custody.tck.internal.ground.Check;
import dev.e2ee.custody.tck.internal.ground.Crowd;
import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Many threads, and many operations. */
final class CrowdPoints {
  private static final int CLOSERS = 32;

  /** Openings in search of a leak: many more than what comes and goes by itself. */
  private static final int OPENINGS = 30;

  private static final int SLACK = OPENINGS / 3;

  private CrowdPoints() {}

  static List<Trial> all() {
    Topic topic = new Topic("Many threads, many operations");
    return List.of(
        topic.point(
            "threads-32x256",
            "Each of 32 threads gets what is its own, 256 times",
            ground -> threads(ground, 32, 256)),
        topic.point(
            "threads-256x32",
            "Each of 256 threads gets what is its own, 32 times",
            ground -> threads(ground, 256, 32)),
        topic.point(
            "close-under-load",
            "Closing under 32 threads ends each with CLOSED or LOCKED, and the store is whole",
            CrowdPoints::closing),
        topic.point(
            "no-leak",
            "After many operations, refusals and openings no more file descriptors and threads are"
                + " open than before, and no more sessions where the fixture counts them",
            CrowdPoints::leaks));
  }

  /** Two keys in turn, so that a mix-up of operations would wrap as the other key. */
  private static String threads(Ground ground, int threads, int operations) throws Exception {
    KeyCustody custody = ground.unlocked();
    DekWrap[] umks = {
      Check.wrapOf(ground.umk(custody, "one")), Check.wrapOf(ground.umk(custody, "two"))
    };
    AtomicInteger done = new AtomicInteger();
    Crowd.of(
        threads,
        thread -> {
          for (int i = 0; i < operations; i++) {
            DekWrap umk = umks[i % 2];
            byte[] aad = {(byte) thread, (byte) (thread >> 8), (byte) i};
            try (SecretBytes dek = Check.dek(thread * operations + i)) {
              byte[] wrapped = umk.wrap(dek, aad);
              Check.opens(umk, wrapped, aad, dek, "a wrap of thread " + thread);
              if (i % 16 == 0) {
                DekWrap other = umks[(i + 1) % 2];
                Check.refused(
                    Kind.INTEGRITY,
                    "unwrapping under the other key",
                    () -> other.unwrap(wrapped, aad).close());
              }
            }
            done.incrementAndGet();
          }
        });
    Check.equal(threads * operations, done.get(), "the number of wraps that came back");
    return done + " wraps";
  }

  private static String closing(Ground ground) throws Exception {
    KeyId id;
    try (KeyCustody custody = ground.unlocked()) {
      id = ground.umk(custody, "closing").id();
    }
    int rounds = ground.effort().closings();
    for (int round = 0; round < rounds; round++) {
      KeyCustody custody = ground.unlocked();
      DekWrap umk = Check.wrapOf(custody.find(id));
      CountDownLatch busy = new CountDownLatch(CLOSERS);
      AtomicReference<@Nullable Long> closed = new AtomicReference<>();
      Crowd.of(
          CLOSERS + 1,
          thread -> {
            if (thread == CLOSERS) {
              boolean allBusy = busy.await(2, TimeUnit.MINUTES);
              try {
                custody.close();
              } finally {
                closed.set(System.nanoTime());
              }
              Check.that(allBusy, "a thread was refused before the close");
            } else {
              untilClosed(umk, busy, closed, thread);
            }
          });
    }
    Check.equal(id, ground.unlocked().find(ground.name("closing")).id(), "the key after all that");
    return rounds + " times";
  }

  private static void untilClosed(
      DekWrap umk, CountDownLatch busy, AtomicReference<@Nullable Long> closed, int thread) {
    byte[] aad = Check.aad(1);
    boolean first = true;
    try (SecretBytes dek = Check.dek(thread)) {
      while (true) {
        long begin = System.nanoTime();
        Check.opens(umk, umk.wrap(dek, aad), aad, dek, "a wrap while another thread closes");
        Long end = closed.get();
        Check.that(
            end == null || begin - end < 0,
            "what began after close() had returned was done: it closes nothing");
        if (first) {
          busy.countDown();
          first = false;
        }
      }
    } catch (CustodyException e) {
      // LOCKED: the secrets went between two steps of one operation.
      Set<Kind> ends = EnumSet.of(Kind.CLOSED, Kind.LOCKED);
      Check.among(ends, "an operation while another thread closes", e);
      Check.equal(0L, first ? busy.getCount() : 0L, "threads that were refused before the close");
    }
  }

  private static String leaks(Ground ground) throws InterruptedException {
    KeyCustody custody = ground.unlocked();
    DekWrap umk = Check.wrapOf(ground.umk(custody, "leak"));
    byte[] aad = Check.aad(1);
    operations(umk, aad, 500);
    openings(ground, 3);
    OptionalLong resources = ground.store().resources(custody);
    long descriptors = descriptors();
    long threads = threads();
    int count = ground.effort().operations();
    operations(umk, aad, count);
    openings(ground, OPENINGS);
    settled("file descriptors", descriptors, CrowdPoints::descriptors);
    settled("threads", threads, CrowdPoints::threads);
    OptionalLong after = ground.store().resources(custody);
    if (resources.isPresent() && after.isPresent()) {
      Check.that(
          after.getAsLong() <= resources.getAsLong(),
          () -> "resources in the store: " + resources.getAsLong() + ", now " + after.getAsLong());
    }
    return count
        + " operations, "
        + OPENINGS
        + " openings"
        + (after.isPresent() ? "" : "; nobody tells the store's resources");
  }

  private static void operations(DekWrap umk, byte[] aad, int count) {
    try (SecretBytes dek = Check.dek(1)) {
      byte[] wrapped = umk.wrap(dek, aad);
      byte[] altered = wrapped.clone();
      altered[altered.length - 1] ^= 1;
      for (int i = 0; i < count; i += 2) {
        umk.unwrap(umk.wrap(dek, aad), aad).close();
        if (i % 100 == 0) {
          Check.refused(
              Kind.INTEGRITY,
              "unwrapping what was altered",
              () -> umk.unwrap(altered, aad).close());
        }
      }
    }
  }

  private static void openings(Ground ground, int count) {
    for (int i = 0; i < count; i++) {
      try (KeyCustody again = ground.unlocked()) {
        again.find(ground.name("leak"));
        Check.refused(Kind.MISSING, "finding no key", () -> again.find(ground.name("none")));
      }
    }
  }

  @FunctionalInterface
  private interface Gauge {
    long read();
  }

  /** What was closed may need a moment until it is gone. */
  private static void settled(String what, long before, Gauge gauge) throws InterruptedException {
    for (int i = 0; i < 200 && gauge.read() > before + SLACK; i++) {
      Thread.sleep(50);
    }
    long now = gauge.read();
    Check.that(
        now <= before + SLACK, () -> what + ": " + before + " before, " + now + " afterwards");
  }

  private static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  private static long threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }
}
