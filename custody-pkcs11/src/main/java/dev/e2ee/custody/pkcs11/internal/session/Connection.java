package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way to one token: opened when it is needed, and anew after a loss, without the application's
 * doing. One thread at a time connects, the others wait for it.
 */
public final class Connection {
  private static final int MOST_LANES = 16;

  private final TokenAddress address;
  private final Token known;
  private final ModuleOwner owner;
  private final Duration limit;
  private final Lanes lanes;
  private final Login login;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile @Nullable Epoch current;
  private volatile boolean closed;

  private Connection(
      TokenAddress address, Token token, ModuleOwner owner, Duration limit, Lanes lanes) {
    this.address = address;
    this.known = token;
    this.owner = owner;
    this.limit = limit;
    this.lanes = lanes;
    this.login = new Login(address.toString());
  }

  /**
   * Loads the module and finds the token; logs nobody in.
   *
   * @throws CustodyException REMOVED, AMBIGUOUS, TIMEOUT, UNSUPPORTED for a module that cannot be
   *     loaded
   */
  public static Connection open(
      TokenAddress address,
      String module,
      String initArgs,
      ModuleOwner.Loader loader,
      Duration limit) {
    Deadline deadline = Deadline.after(limit);
    String where = address.toString();
    // Loading and initialising can take for ever too.
    Lanes loading = new Lanes(1);
    try {
      ModuleOwner owner =
          loading.run(where, deadline, false, lane -> ModuleOwner.of(module, initArgs, loader));
      boolean found = false;
      try {
        Token token = loading.run(where, deadline, false, lane -> owner.enter(address::find));
        found = true;
        return new Connection(address, token, owner, limit, new Lanes(lanes(token)));
      } finally {
        if (!found) {
          release(owner, deadline);
        }
      }
    } catch (CryptokiException e) {
      throw Errors.of(where, e, false);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the PKCS#11 module could not be loaded: " + e.getMessage() + "; check module-path",
          e);
    } finally {
      loading.close(Deadline.after(Duration.ofMillis(1)));
    }
  }

  /** One session is the anchor's. */
  private static int lanes(Token token) {
    return token.maxSessions() == 0
        ? MOST_LANES
        : (int) Math.max(1, Math.min(MOST_LANES, token.maxSessions() - 1));
  }

  /** What is done with a token. */
  public interface Work<T> {
    /**
     * Does it, in one session; may be done a second time after a loss.
     *
     * @throws CryptokiException when the token refuses
     */
    T with(CryptokiSession session, Epoch epoch) throws CryptokiException;
  }

  /** How an operation stands to the token's content. */
  public enum Effect {
    /** It changes nothing, so that it is tried again after a loss. */
    NONE,
    /** It may change something, and is never repeated blindly. */
    CHANGES
  }

  /**
   * Does something with the token, and waits for it as long as the deadline allows.
   *
   * @throws CustodyException with the kind that fits, also what the work throws itself
   */
  public <T> T run(Effect effect, Work<T> work) {
    Deadline deadline = Deadline.after(limit);
    boolean changes = effect == Effect.CHANGES;
    for (int attempt = 0; ; attempt++) {
      try {
        return lanes.run(where(), deadline, changes, lane -> onLane(lane, deadline, work));
      } catch (CryptokiException e) {
        if (attempt > 0 || changes || Ckr.damage(e.code()) == Ckr.Damage.NONE) {
          throw Errors.of(where(), e, changes);
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private <T> T onLane(Lane lane, Deadline deadline, Work<T> work) throws CryptokiException {
    return inEpoch(lane, connected(deadline), work);
  }

  private <T> T inEpoch(Lane lane, Epoch epoch, Work<T> work) throws CryptokiException {
    try {
      return owner.enter(
          module -> {
            if (epoch.isOver()) { // while this waited for the module
              throw new CryptokiException("before any call", Ckr.SESSION_CLOSED.code());
            }
            return work.with(lane.session(epoch), epoch);
          });
    } catch (CryptokiException e) {
      switch (Ckr.damage(e.code())) {
        case NONE, HANDLE -> {}
        case SESSION -> lane.letGo();
        case CONNECTION -> epoch.end();
      }
      throw e;
    } finally {
      if (epoch.isOver()) {
        lane.letGo();
      }
    }
  }

  /** The epoch in which to work; a new one after a loss. */
  private Epoch connected(Deadline deadline) throws CryptokiException {
    Epoch now = current;
    if (now != null && !now.isOver()) {
      return now;
    }
    deadline.acquire(connecting, "another thread that connects to " + where());
    try {
      return connectedAlone();
    } finally {
      connecting.unlock();
    }
  }

  private Epoch connectedAlone() throws CryptokiException {
    checkOpen();
    Epoch before = current;
    if (before != null && !before.isOver()) {
      return before;
    }
    requireUnlocked();
    if (before != null) {
      current = null;
      before.closeAnchor();
    }
    int incarnation = owner.incarnation();
    Epoch fresh;
    try {
      fresh = begin();
    } catch (CryptokiException | CustodyException e) {
      if (!mayBeTheModule(e) || !owner.restart(incarnation)) {
        throw e;
      }
      fresh = begin();
    }
    current = fresh;
    if (!login.isOpen()) { // locked meanwhile
      fresh.end();
      fresh.closeAnchor();
      throw new CustodyException(Kind.LOCKED, where() + " was locked; unlock it");
    }
    return fresh;
  }

  private static boolean mayBeTheModule(Exception e) {
    return e instanceof CryptokiException refused
        ? Ckr.damage(refused.code()) != Ckr.Damage.NONE
        : e instanceof CustodyException custody && custody.kind() == Kind.REMOVED;
  }

  private Epoch begin() throws CryptokiException {
    return owner.enter(
        module -> {
          int incarnation = owner.incarnation();
          Token token = address.find(module);
          requireSame(token);
          CryptokiSession anchor = module.open(token.slot());
          boolean begun = false;
          try {
            login.logIn(token, anchor);
            begun = true;
            return new Epoch(owner, incarnation, token, anchor);
          } finally {
            if (!begun) {
              closeQuietly(anchor);
            }
          }
        });
  }

  /** Another token in its place gets neither the PIN nor new keys. */
  private void requireSame(Token token) {
    if (!token.serial().equals(known.serial())
        || !token.label().equals(known.label())
        || !token.manufacturer().equals(known.manufacturer())) {
      throw new CustodyException(
          Kind.REMOVED,
          where()
              + ": another token is in the place of the one that was opened; put that one back");
    }
  }

  private static void closeQuietly(CryptokiSession session) {
    try {
      session.close();
    } catch (CryptokiException e) {
      return; // the first error is the one to tell
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new CustodyException(Kind.CLOSED, where() + " was closed; open it again");
    }
  }

  /**
   * Does nothing while this is neither closed nor locked; asks nobody.
   *
   * @throws CustodyException CLOSED, LOCKED
   */
  public void requireUnlocked() {
    checkOpen();
    if (!login.isOpen()) {
      throw new CustodyException(Kind.LOCKED, where() + " is locked; unlock it");
    }
  }

  /**
   * Takes a PIN over and logs in with it.
   *
   * @throws CustodyException AUTH_FAILED, AUTH_LOCKED_OUT, TIMEOUT, REMOVED …
   */
  public void unlock(SecretBytes pin) {
    Deadline deadline = Deadline.after(limit);
    onLanes(
        lane -> {
          deadline.acquire(connecting, "another thread that connects to " + where());
          try {
            unlockAlone(pin);
            return true;
          } finally {
            connecting.unlock();
          }
        });
  }

  /** A login that holds is not tried again: this process would be told yes to any PIN. */
  private void unlockAlone(SecretBytes pin) throws CryptokiException {
    checkOpen();
    Epoch now = current;
    if (now != null && !now.isOver() && login.isOpen()) {
      pin.close();
      return;
    }
    login.use(pin);
    boolean done = false;
    try {
      connectedAlone();
      done = true;
    } finally {
      if (!done) {
        login.forget();
      }
    }
  }

  /**
   * Forgets the PIN at once; sessions are closed, and with the last one of this process the login
   * ends. A connection that is being made meanwhile ends too.
   */
  public void lock() {
    login.forget();
    Epoch now = current;
    current = null;
    if (now != null) {
      Deadline deadline = Deadline.after(limit);
      now.end();
      onALane(deadline, now::closeAnchor);
      lanes.endIdle(deadline);
    }
  }

  /** A token that does not answer leaves its sessions to its own end. */
  private void onALane(Deadline deadline, Runnable work) {
    try {
      lanes.<Boolean>run(
          where(),
          deadline,
          false,
          lane -> {
            work.run();
            lane.letGo();
            return true;
          });
    } catch (CustodyException e) {
      return; // nothing is left to be done here
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  /** Whether the custody was unlocked and not locked since. */
  public boolean isUnlocked() {
    return login.isOpen();
  }

  /**
   * Does something in the session epoch that there is now: connects and logs in to nothing, and
   * tries nothing twice.
   *
   * @throws CustodyException TRANSIENT when there is none, and the kinds of {@link #run}
   */
  public <T> T peek(Work<T> work) {
    return onLanes(
        lane -> {
          Epoch now = current;
          if (now == null || now.isOver()) {
            throw new CustodyException(
                Kind.TRANSIENT,
                where() + ": the session was lost; the next operation connects anew");
          }
          return inEpoch(lane, now, work);
        });
  }

  /**
   * Asks the module about the token, and logs nobody in.
   *
   * @throws CustodyException REMOVED, TIMEOUT …
   */
  public <T> T ask(ModuleOwner.Inside<T, CryptokiException> question) {
    checkOpen();
    return onLanes(lane -> owner.enter(question));
  }

  /** On a lane, once, and what changes nothing. */
  private <T> T onLanes(Lanes.Work<T> work) {
    try {
      return lanes.run(where(), Deadline.after(limit), false, work);
    } catch (CryptokiException e) {
      throw Errors.of(where(), e, false);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The token as it is now. */
  public Token token() {
    return ask(address::find);
  }

  /** What the token claims. */
  public Set<Long> mechanisms() {
    return ask((Cryptoki module) -> module.mechanisms(address.find(module).slot()));
  }

  /** The token for messages. */
  public String where() {
    return address.toString();
  }

  /** Lanes that there are now: for those who look for leaks. */
  public int lanes() {
    return lanes.count();
  }

  /** Ends everything; operations that are under way end first, or are left to the module. */
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    Deadline deadline = Deadline.after(limit);
    lock();
    lanes.close(deadline);
    login.close();
    release(owner, deadline);
  }

  /** C_Finalize can take for ever too. */
  private static void release(ModuleOwner owner, Deadline deadline) {
    Thread last = new Thread(owner::release, "e2ee-pkcs11-end");
    last.setDaemon(true);
    last.start();
    join(last, deadline);
  }

  private static void join(Thread thread, Deadline deadline) {
    try {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
