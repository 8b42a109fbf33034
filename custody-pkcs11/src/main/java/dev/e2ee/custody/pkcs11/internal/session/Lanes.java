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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one custody: as many as its token allows sessions, at most 16. Who comes first is
 * served first. A lane whose native call does not come back keeps its place until it does, so a
 * frozen token costs no more threads and sessions than a busy one.
 *
 * <p>A token that computes on this machine's own cores gets no more lanes than there are cores: a
 * lane that does one job after the other need not be woken for each. When jobs take longer, or none
 * has ended for long, another lane comes.
 */
public final class Lanes {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** What takes less is computed on this machine. */
  private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

  /** So many jobs one after the other that are not quick show a slow token, not a busy machine. */
  private static final int SLOW_JOBS = 8;

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final int size;

  /** In the order of their coming. Who puts one here looks at {@link #busy} after that. */
  private final Queue<Job<?>> waiting = new ConcurrentLinkedQueue<>();

  /**
   * How many lanes have a job. Who lowers it looks at {@link #waiting} after that: so of a job and
   * a lane that miss each other one sees the other, and neither takes a lock while all lanes are
   * busy.
   */
  private final AtomicInteger busy = new AtomicInteger();

  private final AtomicInteger slowJobs = new AtomicInteger();
  private volatile long lastEnd = System.nanoTime();
  private volatile boolean closed;

  /** Calls that are inside the module, and whose callers have given up. */
  private final AtomicInteger leftAlone = new AtomicInteger();

  /** These two are used under this object's lock only. */
  private final Deque<Lane> idle = new ArrayDeque<>();

  private final Set<Lane> all = new HashSet<>();

  private final Looks looks = new Looks();

  /** Of a size. */
  public Lanes(int size) {
    this.size = size;
  }

  /** What is done on a lane. */
  interface Work<T> {
    T on(Lane lane) throws Exception;
  }

  /**
   * Does something on a lane, and waits for it.
   *
   * @param changes whether it may change the token
   * @throws CustodyException TIMEOUT when the deadline passes; CANCELLED when the thread is
   *     interrupted before a lane begins; CLOSED
   */
  <T> T run(String where, Deadline deadline, boolean changes, Work<T> work) throws Exception {
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled(where);
    }
    Job<T> job = new Job<>(work);
    give(job);
    boolean awake = isQuick() && looks.begin();
    Job.End end;
    try {
      end = job.await(deadline.remainingNanos(), awake, PATIENCE_NANOS, this::oneMore);
    } finally {
      if (awake) {
        looks.end(job.lookedInVain());
      }
    }
    return switch (end) {
      case DONE -> unwrapped(job);
      case NEVER_BEGUN -> {
        takeBack(job);
        throw timeout(where, deadline, false);
      }
      case INTERRUPTED -> {
        takeBack(job);
        throw cancelled(where);
      }
      case LEFT_ALONE -> {
        leftAlone.incrementAndGet();
        throw timeout(where, deadline, changes);
      }
    };
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

  private static CustodyException cancelled(String where) {
    return new CustodyException(
        Kind.CANCELLED, "the thread was interrupted while waiting for a session with " + where);
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

  private static CustodyException closed() {
    return new CustodyException(Kind.CLOSED, "the custody was closed; open it again");
  }

  /** Gives a job to a lane, or lets it wait for one. */
  private void give(Job<?> job) {
    if (closed) {
      throw closed();
    }
    waiting.add(job);
    if (atWork() < most()) {
      begin(job);
    }
    if (closed) { // perhaps after those who waited were told so
      refuseAll();
    }
  }

  private synchronized void begin(Job<?> job) {
    try {
      takeOne(most());
    } catch (Error e) { // no thread is to be had
      if (waiting.remove(job)) {
        throw e;
      }
    }
  }

  /** Lets a lane more do the first job that waits, if there is one and so many are not at work. */
  private synchronized boolean takeOne(int most) {
    if (closed || atWork() >= most || busy.get() >= size || waiting.isEmpty()) {
      return false;
    }
    Lane lane = idle.pollFirst();
    if (lane == null) {
      lane = new Lane(this, "e2ee-pkcs11-" + NUMBERS.incrementAndGet());
      all.add(lane);
    }
    Job<?> first = waiting.poll();
    if (first == null) {
      idle.addFirst(lane);
      return false;
    }
    busy.incrementAndGet();
    lane.give(first);
    return true;
  }

  /** Whether the last job was quick. */
  boolean isQuick() {
    return slowJobs.get() == 0;
  }

  /** How many lanes have a job that may end soon. */
  private int atWork() {
    return busy.get() - leftAlone.get();
  }

  /** How many lanes are of use, as long as jobs end. */
  private int most() {
    return slowJobs.get() < SLOW_JOBS ? Math.min(size, CORES) : size;
  }

  /** Somebody has waited for long: when nobody was served meanwhile, the lanes are stuck. */
  private void oneMore() {
    boolean stuck = System.nanoTime() - lastEnd >= PATIENCE_NANOS;
    if (stuck) {
      try {
        takeOne(size);
      } catch (OutOfMemoryError e) {
        return; // no thread is to be had: one of the lanes that there are comes to it
      }
    }
  }

  private void takeBack(Job<?> job) {
    waiting.remove(job);
  }

  /**
   * What a lane that has done a job does next. Without another job it is idle, already before its
   * caller goes on: whoever comes next finds this lane and wakes no other one.
   *
   * @param start when the last one began, by the clock in nanoseconds
   */
  @Nullable Job<?> next(Lane lane, long start) {
    long end = System.nanoTime();
    lastEnd = end;
    if (end - start >= QUICK_NANOS) {
      slowJobs.incrementAndGet();
    } else if (slowJobs.get() != 0) {
      slowJobs.set(0);
    }
    Job<?> job = atWork() > most() ? null : waiting.poll();
    return job == null ? idles(lane) : job;
  }

  /** Lets a lane idle, unless somebody has come meanwhile who thought that it was at work. */
  private synchronized @Nullable Job<?> idles(Lane lane) {
    busy.decrementAndGet();
    Job<?> job = atWork() < most() ? waiting.poll() : null;
    if (job != null) {
      busy.incrementAndGet();
    } else if (closed || lane.isOfThePast()) { // it closes its session in ending
      lane.end();
    } else {
      lane.staysAwake(looks.paid());
      idle.addFirst(lane);
    }
    return job;
  }

  /** Whether a lane that had nothing to do for long may end: not when it was just taken. */
  synchronized boolean leaves(Lane lane) {
    return idle.remove(lane);
  }

  /**
   * A lane's thread ends, and its session is closed.
   *
   * @param atWork whether it dies in the middle of its work
   */
  synchronized void ended(Lane lane, boolean atWork) {
    all.remove(lane);
    if (atWork) {
      busy.decrementAndGet();
      takeOne(most());
    }
  }

  /** A call came back whose caller had given up. */
  void cameBack() {
    leftAlone.decrementAndGet();
  }

  /** Whether a call does not come back from the module though its time is over. */
  boolean isStuck() {
    return leftAlone.get() > 0;
  }

  /** How many lanes there are, busy and idle ones, and those whose session is being closed. */
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
      idle.clear();
      ending.forEach(Lane::end);
    }
    join(ending, deadline);
    return ending.stream().noneMatch(Lane::isAlive);
  }

  /** Ends all lanes: those that are idle at once, the others when they have done their job. */
  void close(Deadline deadline) {
    List<Lane> ending;
    synchronized (this) {
      closed = true;
      ending = new ArrayList<>(all);
      idle.forEach(Lane::end);
    }
    refuseAll();
    join(ending, deadline);
  }

  private void refuseAll() {
    for (Job<?> job = waiting.poll(); job != null; job = waiting.poll()) {
      job.refuse(closed());
    }
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
