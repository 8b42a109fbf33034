package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Deadline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The lanes of one custody: as many as its token allows sessions, at most 16. Who comes first is
 * served first. A lane whose native call does not come back keeps its place until it does, so a
 * frozen token costs no more threads and sessions than a busy one.
 */
public final class Lanes {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /** With more callers than that, those who only look would take the time of those who work. */
  private static final int AWAKE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  private final Semaphore places;
  private final int size;
  private final Deque<Lane> idle = new ArrayDeque<>();
  private final Set<Lane> all = new HashSet<>();
  private boolean closed;

  /** Of a size. */
  public Lanes(int size) {
    this.size = size;
    this.places = new Semaphore(size, true);
  }

  /** What is done on a lane. */
  interface Work<T> {
    T on(Lane lane) throws Exception;
  }

  /**
   * Does something on a lane, and waits for it.
   *
   * @param changes whether it may change the token
   * @throws CustodyException TIMEOUT when the deadline passes; CLOSED
   */
  <T> T run(String where, Deadline deadline, boolean changes, Work<T> work) throws Exception {
    take(where, deadline);
    Lane lane;
    Job<T> job;
    boolean handedOver = false;
    try {
      lane = idleOrNew();
      Lane mine = lane;
      job = new Job<>(() -> work.on(mine));
      handedOver = true;
    } finally {
      if (!handedOver) {
        places.release();
      }
    }
    boolean awake = size - places.availablePermits() <= AWAKE;
    lane.give(job);
    if (!job.await(deadline.remainingNanos(), awake)) {
      throw timeout(where, deadline, changes);
    }
    free(lane);
    return unwrapped(job);
  }

  private static <T> T unwrapped(Job<T> job) throws Exception {
    try {
      return job.result();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void take(String where, Deadline deadline) {
    try {
      if (!places.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw timeout(where, deadline, false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CustodyException(
          Kind.CANCELLED, "the thread was interrupted while waiting for a session with " + where);
    }
  }

  private static CustodyException timeout(String where, Deadline deadline, boolean changes) {
    return new CustodyException(
        Kind.TIMEOUT,
        where
            + " did not answer within "
            + deadline.limit().toMillis()
            + " ms; look after the token, or allow more time",
        null,
        changes,
        OptionalLong.empty());
  }

  private synchronized Lane idleOrNew() {
    if (closed) {
      throw new CustodyException(Kind.CLOSED, "the custody was closed; open it again");
    }
    Lane lane = idle.pollFirst();
    if (lane == null) {
      lane = new Lane(this, "e2ee-pkcs11-" + NUMBERS.incrementAndGet());
      all.add(lane);
    }
    return lane;
  }

  /** A lane has done its job, or one that was given up is out of the module again. */
  void free(Lane lane) {
    giveBack(lane);
    places.release();
  }

  private synchronized void giveBack(Lane lane) {
    if (closed) {
      lane.end();
    } else if (lane.isOfThePast()) { // it closes its session in ending
      all.remove(lane);
      lane.end();
    } else {
      idle.addFirst(lane);
    }
  }

  /** Whether a lane that had nothing to do for long may end: not when it was just taken. */
  synchronized boolean leaves(Lane lane) {
    if (!idle.remove(lane)) {
      return false;
    }
    all.remove(lane);
    return true;
  }

  /** How many lanes there are, busy and idle ones. */
  public synchronized int count() {
    return all.size();
  }

  /**
   * Ends the lanes that have nothing to do, and so closes their sessions.
   *
   * @return whether all of them have ended in time
   */
  boolean endIdle(Deadline deadline) {
    List<Lane> ending;
    synchronized (this) {
      ending = new ArrayList<>(idle);
      all.removeAll(idle);
      idle.clear();
      ending.forEach(Lane::end);
    }
    join(ending, deadline);
    return ending.stream().noneMatch(Lane::isAlive);
  }

  /**
   * Ends all lanes: those that are idle at once, the others when they are given back. One that was
   * taken and has no job yet would not do it any more.
   */
  void close(Deadline deadline) {
    List<Lane> ending;
    synchronized (this) {
      closed = true;
      ending = new ArrayList<>(all);
      idle.forEach(Lane::end);
    }
    join(ending, deadline);
  }

  private static void join(List<Lane> ending, Deadline deadline) {
    boolean interrupted = false;
    for (Lane lane : ending) {
      try {
        lane.join(TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos()));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
