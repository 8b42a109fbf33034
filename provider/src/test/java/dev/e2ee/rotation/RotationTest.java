package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.context;
import static dev.e2ee.rotation.RotationKeys.newKey;
import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.opened;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.Suite;
import dev.e2ee.rotation.RefusedRecordException.Reason;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.testing.MemoryCustodyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rotation does with records, and with what it is told. */
class RotationTest {
  @TempDir Path directory;
  private Path records;
  private DirectoryRecordStore store;
  private SealedKeys sealedKeys;

  @BeforeEach
  void open() throws IOException, GeneralSecurityException {
    records = Files.createDirectory(directory.resolve("records"));
    store = DirectoryRecordStore.open(records);
    sealedKeys = RotationKeys.sealedKeys(directory);
  }

  private byte[] bytes(String id) throws IOException {
    return store.read(id).orElseThrow().bytes();
  }

  private void putOld(int number) throws IOException, GeneralSecurityException {
    for (int i = 0; i < number; i++) {
      store.put("r" + i, sealed(oldKey(), "r" + i, "text " + i));
    }
  }

  private Rotation rotation(RecordStore of, RecordFunction function) {
    return Rotation.of(of, function).withSealedKeys(sealedKeys);
  }

  private RotationReport run() throws Exception {
    return rotation(store, RotationKeys.rewrapping()).run();
  }

  /** [rotation-7] [rotation-11] */
  @Test
  void everyRecordMovesAndItsBodyStays() throws Exception {
    putOld(20);
    Map<String, byte[]> before = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      before.put("r" + i, bytes("r" + i));
    }
    RotationReport report = rotation(store, RotationKeys.rewrapping()).withThreads(4).run();
    assertTrue(report.isComplete(), report::toString);
    assertEquals(20, report.moved());
    assertEquals(2, report.lastPass().pass(), "one pass moves, the next one finds nothing to do");
    assertEquals(20, report.lastPass().alreadyMoved());
    assertEquals(Set.of(KeyRing.of(oldKey(), List.of()).current()), report.freed());
    for (int i = 0; i < 20; i++) {
      String id = "r" + i;
      assertEquals("text " + i, opened(newKey(), id, bytes(id)));
      EnvelopeInfo info = Envelope.inspect(bytes(id));
      int body = info.headerLength();
      assertArrayEquals(
          Arrays.copyOfRange(before.get(id), body, before.get(id).length),
          Arrays.copyOfRange(bytes(id), body, bytes(id).length));
    }
  }

  @Test
  void reencryptionSealsAnewByTheSameSuite() throws Exception {
    store.put("short", sealed(oldKey(), "short", "text"));
    byte[] before = bytes("short");
    try (Envelope chunked = Envelope.with(oldKey()).withSuite(Suite.AES_256_GCM_CHUNKED)) {
      store.put("chunked", chunked.seal(RotationKeys.text("chunks"), context("chunked")));
    }
    RotationReport report = rotation(store, RotationKeys.reencrypting()).run();
    assertTrue(report.isComplete(), report::toString);
    assertEquals("text", opened(newKey(), "short", bytes("short")));
    assertEquals("chunks", opened(newKey(), "chunked", bytes("chunked")));
    assertEquals(Suite.AES_256_GCM, Envelope.inspect(bytes("short")).suite());
    assertEquals(Suite.AES_256_GCM_CHUNKED, Envelope.inspect(bytes("chunked")).suite());
    int body = Envelope.inspect(before).headerLength();
    assertFalse(
        Arrays.equals(
            Arrays.copyOfRange(before, body, before.length),
            Arrays.copyOfRange(bytes("short"), body, bytes("short").length)));
  }

  @Test
  void recordsBoundToAadMoveInBothWays() throws Exception {
    byte[] aad = RotationKeys.text("of this application");
    for (RecordFunction function :
        List.of(
            RecordFunction.rewrappingByAad(RotationKeys::ring, id -> aad),
            RecordFunction.reencryptingByAad(RotationKeys::ring, id -> aad))) {
      try (Envelope old = Envelope.with(oldKey());
          Envelope fresh = Envelope.with(newKey())) {
        store.put("a", old.seal(RotationKeys.text("text"), aad));
        assertTrue(rotation(store, function).run().isComplete());
        assertArrayEquals(RotationKeys.text("text"), fresh.open(bytes("a"), aad));
      }
    }
  }

  /** [rotation-7] [rotation-10] */
  @Test
  void whatCannotMoveStaysAsItIsAndIsReported() throws Exception {
    byte[] tampered = sealed(oldKey(), "tampered", "text");
    tampered[tampered.length - 1] ^= 1;
    byte[] unsupported = sealed(oldKey(), "unsupported", "text");
    unsupported[4] = 9;
    byte[] tamperedNew = sealed(newKey(), "tampered-new", "text");
    tamperedNew[tamperedNew.length - 1] ^= 1;
    byte[] tamperedEnd;
    try (Envelope chunked = Envelope.with(oldKey()).withSuite(Suite.AES_256_GCM_CHUNKED)) {
      tamperedEnd = chunked.seal(new byte[40_000], context("tampered-end"));
      tamperedEnd[tamperedEnd.length - 1] ^= 1;
    }
    Map<String, byte[]> bad = new TreeMap<>();
    bad.put("tampered-end", tamperedEnd);
    bad.put("foreign", RotationKeys.text("no envelope"));
    bad.put("unsupported", unsupported);
    bad.put("other-key", sealed(RotationKeys.umk(3), "other-key", "text"));
    bad.put("tampered", tampered);
    bad.put("tampered-new", tamperedNew);
    bad.put("swapped", sealed(oldKey(), "another record", "text"));
    bad.put("unknown", sealed(oldKey(), "unknown", "text"));
    for (var one : bad.entrySet()) {
      store.put(one.getKey(), one.getValue());
    }
    Files.createSymbolicLink(records.resolve("link"), records.resolve("foreign"));
    putOld(3);
    List<RotationReport.Problem> told = new ArrayList<>();
    RecordFunction function =
        RecordFunction.rewrapping(
            RotationKeys::ring,
            id -> {
              if (id.equals("unknown")) {
                throw new IllegalStateException("no such row");
              }
              return context(id);
            });
    RotationReport report = rotation(store, function).withListener(listener(told)).run();
    assertFalse(report.isComplete());
    assertEquals(Set.of(), report.freed());
    assertEquals(3, report.moved());
    Map<String, Reason> reasons = new TreeMap<>();
    report.problems().forEach(problem -> reasons.put(problem.id(), problem.reason()));
    assertEquals(
        new TreeMap<>(
            Map.of(
                "foreign", Reason.MALFORMED,
                "unsupported", Reason.UNSUPPORTED,
                "other-key", Reason.OTHER_KEY,
                "tampered", Reason.NOT_AUTHENTIC,
                "tampered-end", Reason.NOT_AUTHENTIC,
                "tampered-new", Reason.NOT_AUTHENTIC,
                "swapped", Reason.NOT_AUTHENTIC,
                "unknown", Reason.NO_CONTEXT,
                "link", Reason.STORE)),
        reasons);
    assertEquals(9 * report.lastPass().pass(), told.size(), "in each pass");
    assertTrue(report.toString().contains("NOT COMPLETE"), report::toString);
    for (var one : bad.entrySet()) {
      assertArrayEquals(one.getValue(), bytes(one.getKey()), one.getKey());
    }
  }

  private static RotationListener listener(List<RotationReport.Problem> told) {
    return new RotationListener() {
      @Override
      public void onProblem(RotationReport.Problem problem) {
        told.add(problem);
      }
    };
  }

  @Test
  void threadsWorkAtTheSameTime() throws Exception {
    putOld(2);
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger reads = new AtomicInteger();
    MeddlingStore meeting =
        new MeddlingStore(store) {
          @Override
          void afterRead(String id) {
            if (reads.getAndIncrement() < 2) {
              try {
                both.await(60, TimeUnit.SECONDS);
              } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError(e);
              }
            }
          }
        };
    assertTrue(rotation(meeting, RotationKeys.rewrapping()).withThreads(2).run().isComplete());
  }

  /** A wait is never shorter than asked for, whatever the machine does. */
  @Test
  void theRateIsKept() throws Exception {
    putOld(10);
    long start = System.nanoTime();
    rotation(store, RotationKeys.rewrapping()).withThreads(4).withRate(200).run();
    long least = TimeUnit.SECONDS.toNanos(1) / 200 * 19; // two passes over ten
    assertTrue(System.nanoTime() - start >= least);
  }

  @Test
  void anInterruptEndsItAndTheNextRunGoesOn() throws Exception {
    putOld(3);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, this::run);
    assertTrue(run().isComplete());
  }

  /** It says nothing of the record that was being read or written. */
  @Test
  void anInterruptInTheMiddleOfARecordIsNoProblemOfIt() throws Exception {
    List<RotationReport.Problem> told = new ArrayList<>();
    for (int at = 1; at <= 9; at++) { // three records are read, replaced, read
      putOld(3);
      Rotation rotation =
          rotation(new InterruptingStore(store, at), RotationKeys.rewrapping())
              .withListener(listener(told));
      assertThrows(InterruptedException.class, rotation::run, "at step " + at);
      assertFalse(Thread.interrupted(), "said once, as an exception");
    }
    assertEquals(List.of(), told);
    assertTrue(run().isComplete());
  }

  /** Before the next one is touched: not every store notices an interrupt. */
  @Test
  void anInterruptBetweenTwoRecordsEndsIt() throws Exception {
    putOld(3);
    List<String> read = new ArrayList<>();
    RecordStore interrupting =
        new DelegatingStore<RecordStore>(store) {
          @Override
          public Optional<StoredRecord> read(String id) throws IOException {
            read.add(id);
            Optional<StoredRecord> found = super.read(id);
            if (read.size() == 2) { // the first one, read back
              Thread.currentThread().interrupt();
            }
            return found;
          }
        };
    assertThrows(
        InterruptedException.class, rotation(interrupting, RotationKeys.rewrapping())::run);
    assertEquals(List.of("r0", "r0"), read);
  }

  /** A record that the store has lost is told, whatever else happens; nothing goes on after it. */
  @Test
  void whatOneThreadHasFoundIsToldWhenAnotherOneFailsToo() throws Exception {
    putOld(50);
    Thread caller = Thread.currentThread();
    CountDownLatch lost = new CountDownLatch(1);
    AtomicInteger reads = new AtomicInteger();
    RecordStore losing =
        new DelegatingStore<RecordStore>(store) {
          @Override
          public Optional<StoredRecord> read(String id) throws IOException {
            reads.incrementAndGet();
            if (Thread.currentThread() == caller) {
              awaitOrFail(lost);
              throw new IllegalStateException("the caller's own");
            }
            return super.read(id);
          }

          @Override
          public boolean replace(String id, StoredRecord expected, byte[] fresh)
              throws IOException {
            store.put(id, new byte[] {1, 2, 3});
            lost.countDown();
            return true;
          }
        };
    IOException told =
        assertThrows(
            IOException.class, rotation(losing, RotationKeys.rewrapping()).withThreads(2)::run);
    assertTrue(told.getMessage().contains("restore it"), told::toString);
    assertEquals("the caller's own", told.getSuppressed()[0].getMessage());
    assertTrue(reads.get() <= 4, () -> "went on: " + reads);
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Interrupts whoever takes this step. */
  private static final class InterruptingStore extends DelegatingStore<RecordStore> {
    private final int stop;
    private int steps;

    InterruptingStore(RecordStore real, int stop) {
      super(real);
      this.stop = stop;
    }

    private void step() {
      if (++steps == stop) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Optional<StoredRecord> read(String id) throws IOException {
      step();
      return super.read(id);
    }

    @Override
    public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
      step();
      return super.replace(id, expected, fresh);
    }
  }

  /** Whatever a store, such as a pool of connections, makes of it. */
  @Test
  void anInterruptWhileListingIsOne() throws Exception {
    putOld(3);
    RecordStore interrupted =
        new DelegatingStore<RecordStore>(store) {
          @Override
          public Ids idsAfter(@Nullable String after) throws IOException {
            Thread.currentThread().interrupt();
            throw new IOException("no connection was waited for");
          }
        };
    Rotation rotation = rotation(interrupted, RotationKeys.rewrapping());
    Exception told = assertThrows(InterruptedException.class, rotation::run);
    assertEquals("no connection was waited for", told.getCause().getMessage());
    assertFalse(Thread.interrupted(), "said once, as an exception");
    assertTrue(run().isComplete());
  }

  @Test
  void anInterruptWhileACustodyIsAskedIsOne() {
    for (boolean interrupted : List.of(true, false)) {
      KeyRing.Source asked =
          () -> {
            if (interrupted) {
              Thread.currentThread().interrupt();
            }
            throw new CustodyException(CustodyException.Kind.CANCELLED, "no PIN was given");
          };
      Rotation rotation = rotation(store, RecordFunction.rewrapping(asked, RotationKeys::context));
      Class<? extends Exception> told =
          interrupted ? InterruptedException.class : CustodyException.class;
      assertThrows(told, rotation::run);
      assertFalse(Thread.interrupted());
    }
  }

  @Test
  void wrongBoundsAreRefused() {
    Rotation rotation = rotation(store, RotationKeys.rewrapping());
    assertThrows(IllegalArgumentException.class, () -> rotation.withThreads(0));
    assertThrows(IllegalArgumentException.class, () -> rotation.withThreads(257));
    assertThrows(IllegalArgumentException.class, () -> rotation.withRate(0));
    assertThrows(IllegalArgumentException.class, () -> rotation.withRate(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> rotation.withPasses(0));
  }

  /** Keys in custody need no sealed ones, and a custody that cannot say ends the run. */
  @Test
  void generationsInCustodyMoveWithoutSealedKeys() throws Exception {
    MemoryCustodyKey first = MemoryCustodyKey.umk();
    MemoryCustodyKey second = first.rotate();
    try (Envelope envelope = Envelope.with(first)) {
      store.put("a", envelope.seal(RotationKeys.text("text"), context("a")));
    }
    RecordFunction function =
        RecordFunction.rewrapping(() -> KeyRing.of(second, List.of(first)), RotationKeys::context);
    CustodyException gone = new CustodyException(CustodyException.Kind.REMOVED, "pulled out");
    first.failOnceWith(gone);
    Rotation rotation = Rotation.of(store, function);
    assertSame(gone, assertThrows(CustodyException.class, rotation::run));
    assertTrue(rotation.run().isComplete());
    assertEquals(second.id(), Envelope.inspect(bytes("a")).keyId());
  }

  /** [rotation-7] A sick custody says nothing of the record. */
  @Test
  void whatACustodyWrapsOrUnwrapsWronglyNeverReachesTheStore() throws Exception {
    MemoryCustodyKey first = MemoryCustodyKey.umk();
    MemoryCustodyKey second = MemoryCustodyKey.umk();
    KeyRing.Source keys = () -> KeyRing.of(second, List.of(first));
    for (RecordFunction function :
        List.of(
            RecordFunction.rewrapping(keys, RotationKeys::context),
            RecordFunction.reencrypting(keys, RotationKeys::context))) {
      try (Envelope envelope = Envelope.with(first)) {
        store.put("a", envelope.seal(RotationKeys.text("text"), context("a")));
      }
      byte[] before = bytes("a");
      Rotation rotation = Rotation.of(store, function);
      second.spoilWraps(1);
      CustodyException sick = assertThrows(CustodyException.class, rotation::run);
      assertTrue(sick.getMessage().contains(second.id().toString()), sick::toString);
      second.spoilUnwraps(2);
      assertThrows(CustodyException.class, rotation::run);
      second.spoilUnwraps(0);
      assertArrayEquals(before, bytes("a"));
      assertTrue(rotation.run().isComplete());
    }
  }

  /** [rotation-6] */
  @Test
  void itDoesNotBeginWithoutTheSealedOldKeys() throws Exception {
    putOld(1);
    byte[] before = bytes("r0");
    Rotation bare = Rotation.of(store, RotationKeys.rewrapping());
    SealedKeys nothing = SealedKeys.at(directory.resolve("nothing"));
    SealedKeys others = SealedKeys.at(directory.resolve("others"));
    others.write(newKey(), List.of(RotationKeys.umk(3)));
    SealedKeys underItself = SealedKeys.at(directory.resolve("under itself"));
    underItself.write(oldKey(), List.of(oldKey()));
    for (Rotation unsafe :
        List.of(
            bare,
            bare.withSealedKeys(nothing),
            bare.withSealedKeys(others),
            bare.withSealedKeys(underItself))) {
      assertThrows(IllegalStateException.class, unsafe::run);
    }
    assertArrayEquals(before, bytes("r0"));
  }
}
