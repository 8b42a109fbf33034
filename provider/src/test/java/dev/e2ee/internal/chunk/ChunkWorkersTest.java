package dev.e2ee.internal.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.RecordingEngine;
import dev.e2ee.testing.ReferenceChunks;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** [envelope-54] One thread or many: the same bytes, the same refusals, and nobody left behind. */
class ChunkWorkersTest {
  private static final int CHUNK = ReferenceChunks.CHUNK;
  private static final int SEALED = ReferenceChunks.SEALED;
  private static final byte[] NONE = {};

  /** Enough for five shares, and no multiple of any number of them. */
  private static final int CHUNKS = 43;

  private final byte[] dek = ReferenceEnvelope.random(32);
  private final byte[] salt = ReferenceEnvelope.random(24);
  private final ReferenceChunks reference = ReferenceChunks.of(dek, salt, NONE);
  private final byte[] plaintext = Sample.plaintext(CHUNKS * CHUNK + 99);
  private final byte[] body = reference.seal(plaintext);

  /** Shares that an earlier test left in a pool's queue would make it too busy for the next. */
  @BeforeEach
  void thePoolIsIdle() {
    assertTrue(ForkJoinPool.commonPool().awaitQuiescence(1, TimeUnit.MINUTES));
  }

  private ChunkedWriter writer(Engine engine, int parallelism) {
    return new ChunkedWriter(engine, SecretBytes.copyOf(dek), salt, NONE, parallelism);
  }

  private ChunkedReader reader(Engine engine, int parallelism) throws AEADBadTagException {
    return ChunkedReader.start(
        engine, SecretBytes.copyOf(dek), reference.head(), NONE, parallelism);
  }

  private byte[] sealed(ChunkedWriter writer) {
    byte[] out = new byte[body.length];
    System.arraycopy(writer.head(), 0, out, 0, 56);
    int written = 56 + writer.update(plaintext, 0, plaintext.length, out, 56);
    assertEquals(out.length, written + writer.finish(out, written));
    return out;
  }

  private byte[] opened(ChunkedReader reader, byte[] bytes) throws AEADBadTagException {
    byte[] out = new byte[plaintext.length];
    int written = reader.update(bytes, 56, bytes.length - 56, out, 0, false);
    assertEquals(out.length, written + reader.finish(out, written));
    return out;
  }

  @EveryEngine
  void theSameBytesOnAnyNumberOfThreads(TestEngine engine) throws AEADBadTagException {
    for (int threads : new int[] {1, 2, 3, 4, 5, 43, Integer.MAX_VALUE}) {
      assertArrayEquals(body, sealed(writer(engine.engine(), threads)), threads + " threads");
      assertArrayEquals(plaintext, opened(reader(engine.engine(), threads), body));
    }
  }

  @EveryEngine
  void aFaultInAnyShareRefusesTheWholeCall(TestEngine engine) throws AEADBadTagException {
    for (int threads = 1; threads <= 5; threads++) {
      for (int chunk = 0; chunk < CHUNKS; chunk += 6) {
        byte[] bad = body.clone();
        bad[56 + chunk * SEALED + 7] ^= 1;
        for (boolean ours : new boolean[] {false, true}) {
          ChunkedReader reader = reader(engine.engine(), threads);
          byte[] out = Sample.filled(plaintext.length);
          Refused.with(
              AEADBadTagException.class,
              () -> reader.update(bad, 56, bad.length - 56, out, 0, ours));
          byte[] expected = Sample.filled(plaintext.length);
          Arrays.fill(expected, 0, CHUNKS * CHUNK, (byte) 0);
          assertArrayEquals(expected, out, "nothing of the call is left, nothing else is touched");
        }
      }
    }
  }

  /** The caller's thread and one of the pool wait for each other, then fail as told. */
  private static RecordingEngine meeting(Set<Thread> met, Throwable caller, Throwable pool) {
    RecordingEngine engine = new RecordingEngine();
    CyclicBarrier meeting = new CyclicBarrier(2);
    engine.beforeGcm(
        () -> {
          if (met.add(Thread.currentThread())) {
            assertTrue(arrive(meeting), "the other thread never came");
          }
          sneak(inThePool() ? pool : caller);
        });
    return engine;
  }

  private static boolean inThePool() {
    return Thread.currentThread().getName().startsWith("ForkJoinPool.commonPool");
  }

  private static boolean arrive(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
      return true;
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      return false;
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneak(Throwable t) throws T {
    if (t != null) {
      throw (T) t;
    }
  }

  @Test
  void severalThreadsWorkAtOnce() throws AEADBadTagException {
    Set<Thread> met = ConcurrentHashMap.newKeySet();
    RecordingEngine sealing = meeting(met, null, null);
    writer(Engine.of(sealing), 2).update(plaintext, 0, 16 * CHUNK, new byte[body.length], 0);
    assertEquals(2, met.size());
    met.clear();
    RecordingEngine opening = meeting(met, null, null);
    reader(Engine.of(opening), 2).update(body, 56, 16 * SEALED, new byte[body.length], 0, false);
    assertEquals(2, met.size());
    for (RecordingEngine engine : new RecordingEngine[] {sealing, opening}) {
      assertEquals(16, engine.diary().stream().filter(line -> line.contains("crypt ")).count());
    }
  }

  @Test
  void whatAWorkerThrowsSurfacesAsItIs() throws AEADBadTagException {
    for (Throwable thrown :
        new Throwable[] {new IllegalStateException("a bug"), new InternalError("worse")}) {
      assertSame(thrown, opens(body, null, thrown));
      assertSame(thrown, opens(body, thrown, null));
    }
  }

  @Test
  void theFirstFailureInThePlaintextsOrderDecides() throws AEADBadTagException {
    IllegalStateException bug = new IllegalStateException("an engine's bug");
    IllegalStateException other = new IllegalStateException("another one");
    byte[] early = body.clone();
    early[56] ^= 1;
    byte[] late = body.clone();
    late[56 + 15 * SEALED] ^= 1;
    assertEquals(AEADBadTagException.class, opens(early, null, bug).getClass());
    assertSame(bug, opens(late, bug, null));
    assertSame(bug, opens(body, bug, other));
    assertEquals(AEADBadTagException.class, opens(late, null, null).getClass());
  }

  /** Opens 16 chunks on two threads, and gives what is thrown. */
  private Throwable opens(byte[] bytes, Throwable caller, Throwable pool)
      throws AEADBadTagException {
    Set<Thread> met = ConcurrentHashMap.newKeySet();
    ChunkedReader reader = reader(Engine.of(meeting(met, caller, pool)), 2);
    byte[] out = Sample.filled(plaintext.length);
    Throwable thrown =
        assertThrows(Throwable.class, () -> reader.update(bytes, 56, 16 * SEALED, out, 0, false));
    assertEquals(2, met.size());
    assertArrayEquals(new byte[16 * CHUNK], Arrays.copyOf(out, 16 * CHUNK));
    return thrown;
  }

  /** The caller fails while another thread is at work: it must not come back before that one. */
  @Test
  void theCallWaitsForWhoeverHasBegun() throws Exception {
    RecordingEngine engine = new RecordingEngine();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    engine.beforeGcm(
        () -> {
          if (inThePool()) {
            begun.countDown();
            await(release);
          } else {
            await(begun);
            throw new IllegalStateException("the caller's share fails");
          }
        });
    ChunkedWriter writer = writer(Engine.of(engine), 2);
    FutureTask<Void> call =
        new FutureTask<>(
            () -> {
              writer.update(plaintext, 0, 16 * CHUNK, new byte[body.length], 0);
              return null;
            });
    Thread caller = new Thread(call);
    try {
      caller.start();
      while (!isIn(caller, "settle") && !call.isDone()) {
        Thread.onSpinWait();
      }
      assertFalse(call.isDone());
      caller.interrupt();
      while (caller.isInterrupted() && !call.isDone()) {
        Thread.onSpinWait();
      }
      assertFalse(call.isDone(), "an interrupt does not end the wait");
    } finally {
      release.countDown();
    }
    Throwable thrown = assertThrows(Exception.class, call::get).getCause();
    assertEquals("the caller's share fails", thrown.getMessage());
    // All eight chunks of the other share were sealed before the call came back.
    assertEquals(8, engine.diary().stream().filter(line -> line.startsWith("encrypt")).count());
  }

  private static boolean isIn(Thread thread, String method) {
    return thread.getState() == Thread.State.WAITING
        && Arrays.stream(thread.getStackTrace()).anyMatch(f -> f.getMethodName().equals(method));
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anInterruptNeitherEndsTheWorkNorIsLost() throws AEADBadTagException {
    for (int threads : new int[] {1, 5}) {
      Thread.currentThread().interrupt();
      assertArrayEquals(body, sealed(writer(Engine.jdk(), threads)));
      assertTrue(Thread.interrupted());
      Thread.currentThread().interrupt();
      assertArrayEquals(plaintext, opened(reader(Engine.jdk(), threads), body));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void aPoolThatIsBusyHoldsNobodyUp() throws AEADBadTagException {
    int workers = ForkJoinPool.getCommonPoolParallelism();
    CountDownLatch busy = new CountDownLatch(workers);
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < workers; i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                busy.countDown();
                await(release);
              });
    }
    await(busy);
    try {
      assertArrayEquals(body, sealed(writer(Engine.jdk(), 5)));
      assertArrayEquals(plaintext, opened(reader(Engine.jdk(), 5), body));
    } finally {
      release.countDown();
    }
  }

  @Test
  void worksInsideThePoolItself() throws Exception {
    byte[] made = ForkJoinPool.commonPool().submit(() -> sealed(writer(Engine.jdk(), 5))).get();
    assertArrayEquals(body, made);
  }

  @Test
  void aWriterThatFailedSealsNothingMore() {
    // [envelope-32] [envelope-44]
    for (int failing = 1; failing <= 3; failing++) {
      RecordingEngine engine = new RecordingEngine();
      ChunkedWriter writer = writer(Engine.of(engine), 1);
      List<byte[]> inside = Reachable.arrays(writer);
      assertEquals(1, Reachable.withStartOf(reference.key(), inside));
      int last = failing;
      engine.beforeGcm(
          () -> {
            if (engine.diary().stream().filter(l -> l.startsWith("encrypt")).count() + 1 == last) {
              engine.beforeGcm(() -> {});
              throw new IllegalStateException("an engine's bug");
            }
          });
      byte[] out = new byte[body.length];
      Refused.with(
          IllegalStateException.class, () -> writer.update(plaintext, 0, 3 * CHUNK, out, 0));
      assertEquals(0, Reachable.withStartOf(reference.key(), inside));
      assertEquals(0, Reachable.withCanary(inside));
      byte[] before = out.clone();
      Refused.with(IllegalStateException.class, () -> writer.update(plaintext, 9, CHUNK, out, 0));
      Refused.with(IllegalStateException.class, () -> writer.finish(out, 0));
      assertArrayEquals(before, out, "a second plaintext under the same nonce");
    }
  }

  @Test
  void aWriterIsFinishedOnce() {
    ChunkedWriter writer = writer(Engine.jdk(), 1);
    byte[] out = new byte[100];
    assertEquals(16, writer.finish(out, 0));
    Refused.with(IllegalStateException.class, () -> writer.finish(out, 0));
  }

  /** A share that the pool comes to late does nothing, with a key that is wiped by then. */
  @Test
  void aShareIsDoneOnce() throws AEADBadTagException {
    SecretBytes secret = SecretBytes.copyOf(dek);
    ChunkKey key = ChunkKey.derive(Engine.jdk(), secret, salt, NONE);
    int[] done = new int[1];
    ChunkShare share = new ChunkShare(key.cipher(), (cipher, i) -> done[0]++, 3, 9);
    share.run();
    share.run();
    share.settle();
    share.throwFailure();
    assertEquals(6, done[0]);
    ChunkShare dropped = new ChunkShare(key.cipher(), (cipher, i) -> done[0]++, 3, 9);
    dropped.settle();
    dropped.run();
    assertThrows(java.security.ProviderException.class, dropped::throwFailure);
    assertEquals(6, done[0]);
  }

  /** Native code and other languages throw checked exceptions that no signature names. */
  @Test
  void whatAnEngineDoesNotDeclareIsNoSuccess() throws Exception {
    byte[] tampered = body.clone();
    tampered[body.length - 3 * SEALED] ^= 1;
    for (int round = 0; round < 20; round++) {
      ChunkedReader reader = reader(failingBesideTheCaller(), 2);
      byte[] out = new byte[plaintext.length];
      assertThrows(
          java.security.ProviderException.class,
          () -> reader.update(tampered, 56, tampered.length - 56, out, 0, false));
      assertArrayEquals(new byte[out.length], out);
      ChunkedWriter writer = writer(failingBesideTheCaller(), 2);
      assertThrows(
          java.security.ProviderException.class,
          () -> writer.update(plaintext, 0, plaintext.length, new byte[body.length], 0));
    }
  }

  /** The caller's thread works once another one has begun, which fails. */
  private static Engine failingBesideTheCaller() {
    RecordingEngine engine = new RecordingEngine();
    Thread caller = Thread.currentThread();
    CountDownLatch begun = new CountDownLatch(1);
    engine.beforeGcm(
        () -> {
          if (Thread.currentThread() == caller) {
            awaitOrGoOn(begun);
          } else {
            begun.countDown();
            ChunkWorkersTest.<RuntimeException>undeclared(new java.io.IOException("native"));
          }
        });
    return Engine.of(engine);
  }

  private static void awaitOrGoOn(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void undeclared(Throwable checked) throws T {
    throw (T) checked;
  }
}
