package dev.e2ee.custody.pkcs11.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The hand-over between callers and lanes, with work that stands for calls that do not end. */
class LanesTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final int SIZE = Runtime.getRuntime().availableProcessors() + 2;

  private final Lanes lanes = new Lanes(SIZE);
  private final CountDownLatch thawed = new CountDownLatch(1);
  private final List<Thread> callers = new ArrayList<>();

  @AfterEach
  void thaw() throws InterruptedException {
    thawed.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    lanes.close(Deadline.after(LONG));
  }

  private <T> T run(Duration limit, Lanes.Work<T> work) throws Exception {
    return lanes.run("the token", Deadline.after(limit), true, work);
  }

  /** Calls that do not come back before the thaw, on so many lanes. */
  private void freeze(int count) throws InterruptedException {
    hold(count, thawed);
  }

  private void hold(int count, CountDownLatch until) throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      call(
          lane -> {
            inside.countDown();
            until.await();
            return true;
          },
          new AtomicReference<>());
    }
    inside.await();
  }

  /** All lanes but one are frozen, and that one is at work until this is counted down. */
  private CountDownLatch oneLaneIsLeft() throws InterruptedException {
    freeze(SIZE - 1);
    CountDownLatch over = new CountDownLatch(1);
    hold(1, over);
    return over;
  }

  private Thread call(Lanes.Work<Boolean> work, AtomicReference<@Nullable Throwable> failure) {
    Thread caller =
        new Thread(
            () -> {
              try {
                run(LONG, work);
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    callers.add(caller);
    caller.start();
    return caller;
  }

  private static Kind kindOf(@Nullable Throwable failure) {
    return failure instanceof CustodyException custody ? custody.kind() : Kind.CORRUPT;
  }

  private static void awaitSleepOf(Thread caller) {
    while (caller.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void callsThatHangLeaveAWayForOthers() throws Exception {
    freeze(SIZE - 1);
    assertEquals("done", run(LONG, lane -> "done"));
    assertEquals(SIZE, lanes.count());
  }

  @Test
  void whenAllHangNothingIsBegunAndTheTokenIsUnchanged() throws Exception {
    freeze(SIZE);
    AtomicBoolean begun = new AtomicBoolean();
    CustodyException late =
        assertThrows(CustodyException.class, () -> run(SHORT, lane -> begun.getAndSet(true)));
    assertEquals(Kind.TIMEOUT, late.kind());
    assertFalse(late.mayHaveTakenEffect());
    thawed.countDown();
    assertEquals("done", run(LONG, lane -> "done"));
    assertFalse(begun.get());
    assertEquals(SIZE, lanes.count());
  }

  @Test
  void whatWasBegunMayHaveChangedTheTokenAndItsSecretIsWiped() throws Exception {
    SecretBytes secret = SecretBytes.copyOf(new byte[32]);
    CustodyException late =
        assertThrows(
            CustodyException.class,
            () ->
                run(
                    SHORT,
                    lane -> {
                      thawed.await();
                      return secret;
                    }));
    assertEquals(Kind.TIMEOUT, late.kind());
    assertTrue(late.mayHaveTakenEffect());
    thawed.countDown();
    lanes.close(Deadline.after(LONG)); // waits until the lane is out
    assertThrows(IllegalStateException.class, secret::copy);
  }

  @Test
  void whoComesFirstIsServedFirst() throws Exception {
    CountDownLatch last = oneLaneIsLeft();
    List<Integer> served = Collections.synchronizedList(new ArrayList<>());
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      Thread caller = call(lane -> served.add(number), new AtomicReference<>());
      awaitSleepOf(caller);
      waiting.add(caller);
    }
    last.countDown(); // one lane serves them all
    for (Thread caller : waiting) {
      caller.join();
    }
    assertEquals(List.of(0, 1, 2, 3, 4), served);
  }

  /** A lane may do several quick jobs before it wakes their callers. */
  @Test
  void whatIsDoneIsToldThoughTheLaneHangsInTheNextCall() throws Exception {
    CountDownLatch last = oneLaneIsLeft();
    List<Thread> quick = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread caller = call(lane -> true, new AtomicReference<>());
      awaitSleepOf(caller);
      quick.add(caller);
    }
    Thread hangs =
        call(
            lane -> {
              thawed.await();
              return true;
            },
            new AtomicReference<>());
    awaitSleepOf(hangs);
    last.countDown();
    for (Thread caller : quick) {
      caller.join(LONG.toMillis() / 2);
      assertFalse(caller.isAlive(), "its job is done");
    }
    assertTrue(hangs.isAlive());
  }

  @Test
  void anInterruptEndsTheWaitForALane() throws Exception {
    freeze(SIZE);
    AtomicBoolean begun = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread caller = call(lane -> begun.getAndSet(true), failure);
    awaitSleepOf(caller);
    caller.interrupt();
    caller.join();
    assertEquals(Kind.CANCELLED, kindOf(failure.get()));
    thawed.countDown();
    assertEquals("done", run(LONG, lane -> "done"));
    assertFalse(begun.get());
  }

  @Test
  void anInterruptDoesNotEndWhatWasBegun() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    AtomicBoolean done = new AtomicBoolean();
    Thread caller =
        call(
            lane -> {
              inside.countDown();
              thawed.await();
              done.set(true);
              return true;
            },
            failure);
    inside.await();
    caller.interrupt();
    thawed.countDown();
    caller.join();
    assertTrue(done.get());
    assertNull(failure.get());
  }

  @Test
  void closingRefusesWhoIsStillWaiting() throws Exception {
    freeze(SIZE);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread caller = call(lane -> true, failure);
    awaitSleepOf(caller);
    lanes.close(Deadline.after(Duration.ofMillis(1)));
    caller.join();
    assertEquals(Kind.CLOSED, kindOf(failure.get()));
  }
}
