package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of its own for native calls, with a session of its own. No interrupt ends a native call;
 * so a caller whose time is over leaves the call to the lane and goes.
 */
final class Lane implements Runnable {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** How long a lane looks for its next job before it sleeps. */
  private static final long LOOKING_NANOS = TimeUnit.MICROSECONDS.toNanos(30);

  /**
   * So many quick jobs are done before their callers are woken, as long as others wait: each
   * wake-up would cost this lane its core for a moment.
   */
  private static final int MOST_UNTOLD = 8;

  private final Lanes home;
  private final AtomicReference<@Nullable Job<?>> next = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean ended;
  private volatile boolean awake;

  /** Touched by this lane's thread only. */
  private @Nullable CryptokiSession session;

  private @Nullable Epoch epoch;

  private boolean atWork;

  /** Whose callers are not woken yet. */
  private final List<Job<?>> finished = new ArrayList<>(MOST_UNTOLD);

  Lane(Lanes home, String name) {
    this.home = home;
    this.thread = new Thread(this, name);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Gives it the next job; only to a lane that is idle. */
  void give(Job<?> job) {
    next.set(job);
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /** Lets the thread end, once it is out of the module. */
  void end() {
    ended = true;
    LockSupport.unpark(thread);
  }

  /** Whether its thread has not ended. */
  boolean isAlive() {
    return thread.isAlive();
  }

  /** Whether it has a session of an epoch that is over; not asked while it is at work. */
  boolean isOfThePast() {
    Epoch of = epoch;
    return of != null && of.isOver();
  }

  /** Waits for the thread's end. */
  void join(long millis) throws InterruptedException {
    thread.join(Math.max(1, millis));
  }

  /** Whether it looks for its next job for a while before it sleeps. */
  void staysAwake(boolean now) {
    awake = now;
  }

  @Override
  public void run() {
    try {
      while (true) {
        Job<?> job = take();
        if (job == null) {
          return;
        }
        while (job != null) {
          atWork = true;
          job = done(job);
        }
        atWork = false;
      }
    } finally {
      letGo();
      home.ended(this, atWork);
    }
  }

  /** Does a job; gives the next one, if there is one already. */
  private @Nullable Job<?> done(Job<?> job) {
    long start = System.nanoTime();
    boolean begun = job.run(this);
    Job<?> next = null;
    try {
      if (begun && job.isGivenUp()) {
        letGo(); // before there is another job that would have to wait for it
      }
      next = home.next(this, start);
      return next;
    } finally {
      if (begun) {
        if (job.finish()) {
          finished.add(job);
        } else {
          home.cameBack();
          letGo();
        }
      }
      if (next == null || finished.size() == MOST_UNTOLD || !home.isQuick()) {
        wakeAll();
      }
    }
  }

  private void wakeAll() {
    finished.forEach(Job::wake);
    finished.clear();
  }

  /** The next job; null when there is none for long, or never again. */
  @SuppressWarnings("ThreadPriorityCheck") // it sleeps soon enough where yielding does not help
  private @Nullable Job<?> take() {
    long start = System.nanoTime();
    while (awake && System.nanoTime() - start < LOOKING_NANOS) {
      for (int i = 0; i < Job.MOST_PAUSES; i++) {
        Job<?> job = given();
        if (job != null) {
          return job;
        }
        Thread.onSpinWait();
      }
      Thread.yield();
    }
    asleep = true;
    try {
      while (true) {
        Job<?> job = given();
        if (job != null) {
          return job;
        }
        if (ended || (System.nanoTime() - start >= IDLE_NANOS && home.leaves(this))) {
          return null;
        }
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
    } finally {
      asleep = false;
    }
  }

  private @Nullable Job<?> given() {
    return next.get() == null ? null : next.getAndSet(null);
  }

  /** Whether it has a session of this epoch; asked on its own thread. */
  boolean isIn(Epoch now) {
    return session != null && epoch == now;
  }

  /** The session of this lane in an epoch, opened where there is none yet. */
  CryptokiSession session(Epoch now) throws CryptokiException {
    if (epoch != now) {
      letGo();
    }
    CryptokiSession mine = session;
    if (mine == null) {
      mine = now.open();
      session = mine;
      epoch = now;
    }
    return mine;
  }

  /**
   * Closes the session: it saw an error that leaves its state unknown, or nobody waits for it. Must
   * not throw: this lane may be idle for the others by now, or have its next job.
   */
  void letGo() {
    CryptokiSession mine = session;
    Epoch of = epoch;
    session = null;
    epoch = null;
    if (mine != null && of != null) {
      try {
        of.close(mine);
      } catch (RuntimeException | Error e) {
        return; // the module has it until it ends
      }
    }
  }
}
