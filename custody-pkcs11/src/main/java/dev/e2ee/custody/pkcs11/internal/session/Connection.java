package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way to one token: opened when it is needed, and anew after a loss, without the application's
 * doing.
 */
public final class Connection {
  private static final int MOST_LANES = 16;

  private final TokenAddress address;
  private final LoadedModule module;
  private final String token;
  private final Duration limit;
  private final Lanes lanes;
  private final Epochs epochs;
  private final String where;

  private Connection(
      TokenAddress address, Token token, LoadedModule module, Duration limit, Engine engine) {
    this.address = address;
    this.where = address.toString();
    this.module = module;
    this.token = token.identity();
    this.limit = limit;
    this.lanes = new Lanes(lanes(token));
    this.epochs = new Epochs(address, token, module.owner(), lanes::isStuck, engine);
  }

  /**
   * Loads the module and finds the token; logs nobody in.
   *
   * @throws CustodyException REMOVED, AMBIGUOUS, TIMEOUT, UNSUPPORTED for a module that cannot be
   *     loaded
   */
  public static Connection open(
      TokenAddress address,
      ModuleUse use,
      ModuleOwner.Loader loader,
      Duration limit,
      Engine engine) {
    Deadline deadline = Deadline.after(limit);
    LoadedModule loaded = LoadedModule.load(address.toString(), use, loader, deadline);
    boolean found = false;
    try {
      Token token = find(address, loaded, deadline);
      found = true;
      return new Connection(address, token, loaded, limit, engine);
    } finally {
      if (!found) {
        loaded.release(deadline);
      }
    }
  }

  /**
   * Finds the token, if need be after the module was initialised anew: SoftHSM has none, until
   * then, that another process wrote to while it was initialised.
   */
  private static Token find(TokenAddress address, LoadedModule module, Deadline deadline) {
    int incarnation = module.owner().incarnation();
    try {
      return module.ask(deadline, address::find);
    } catch (CustodyException e) {
      if (e.kind() != Kind.REMOVED || !module.restart(incarnation, deadline)) {
        throw e;
      }
      return module.ask(deadline, address::find);
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
    return run(deadline, effect == Effect.CHANGES, lane -> onLane(lane, deadline, work));
  }

  /**
   * The same for what makes keys, while no other process of this user on this machine does so.
   *
   * @throws CustodyException besides, TIMEOUT when another one does not end
   */
  public <T> T runAlone(Work<T> work) {
    epochs.requireUnlocked(); // before it waits for others
    Deadline deadline = Deadline.after(limit);
    AtomicReference<@Nullable ExclusiveLock> right =
        new AtomicReference<>(TokenLock.toMakeKeys(token, where(), deadline));
    try {
      return run(
          deadline,
          true,
          lane -> {
            // The lane's from here on: it goes on when its caller's time is over.
            try (ExclusiveLock writer = right.getAndSet(null)) {
              if (writer == null) {
                throw new CryptokiException("before any call", Ckr.FUNCTION_CANCELED.code());
              }
              return onLane(lane, deadline, work);
            }
          });
    } finally {
      ExclusiveLock unused = right.getAndSet(null);
      if (unused != null) {
        unused.close();
      }
    }
  }

  private <T> T run(Deadline deadline, boolean changes, Lanes.Work<T> work) {
    for (int attempt = 0; ; attempt++) {
      try {
        return lanes.run(where(), deadline, changes, work);
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
    if (lane.isOfThePast()) {
      lane.letGo(); // also when there is nothing to connect to any more: it keeps the login
    }
    return inEpoch(lane, epochs.connected(deadline), work);
  }

  private <T> T inEpoch(Lane lane, Epoch epoch, Work<T> work) throws CryptokiException {
    boolean fresh = !lane.isIn(epoch);
    try {
      return module
          .owner()
          .enter(
              functions -> {
                if (epoch.isOver()) { // while this waited for the module
                  throw new CryptokiException("before any call", Ckr.SESSION_CLOSED.code());
                }
                return work.with(lane.session(epoch), epoch);
              });
    } catch (CryptokiException e) {
      switch (Ckr.damage(e.code())) {
        case NONE, HANDLE -> {}
        case SESSION -> {
          lane.letGo();
          if (fresh) {
            epochs.doubt(epoch);
          }
        }
        case CONNECTION -> epoch.end();
      }
      throw e;
    } finally {
      if (epoch.isOver()) {
        lane.letGo();
      }
    }
  }

  /**
   * Does nothing while this is neither closed nor locked; asks nobody.
   *
   * @throws CustodyException CLOSED, LOCKED
   */
  public void requireUnlocked() {
    epochs.requireUnlocked();
  }

  /**
   * Takes a PIN over and logs in with it.
   *
   * @throws CustodyException AUTH_FAILED, AUTH_LOCKED_OUT, TIMEOUT, REMOVED …
   */
  public void unlock(SecretBytes pin, PinSource.Origin origin) {
    AtomicBoolean taken = new AtomicBoolean();
    Deadline deadline = Deadline.after(limit);
    try {
      onLanes(
          lane -> {
            taken.set(true);
            epochs.unlock(pin, origin, deadline);
            return true;
          });
    } catch (CustodyException e) {
      // Who was told that it is not unlocked must not find it unlocked later.
      if (e.kind() == Kind.TIMEOUT && epochs.forget(pin)) {
        endLogin(Deadline.after(Duration.ZERO));
      }
      throw e;
    } finally {
      if (!taken.get()) { // no lane was free in time
        pin.close();
      }
    }
  }

  /**
   * Forgets the PIN at once; sessions are closed, and with the last one of this process the login
   * ends. A connection that is being made meanwhile ends too.
   *
   * @throws CustodyException TIMEOUT when the token does not answer: its login ends when it does
   */
  public void lock() {
    Deadline deadline = Deadline.after(limit);
    if (!endLogin(deadline)) {
      throw new CustodyException(
          Kind.TIMEOUT,
          where()
              + " is locked here, and did not answer within "
              + limit.toMillis()
              + " ms: the login ends when it answers, or with this process",
          null,
          true,
          OptionalLong.empty());
    }
  }

  /**
   * On a thread of its own, which goes on when the time is over or the caller is interrupted: what
   * locks a token must not leave it logged in.
   *
   * @return whether all sessions that nobody works with are closed
   */
  private boolean endLogin(Deadline deadline) {
    Optional<Epoch> ended = epochs.lock();
    AtomicBoolean done = new AtomicBoolean();
    Thread last =
        new Thread(
            () -> {
              ended.ifPresent(Epoch::closeAnchor);
              if (lanes.endIdle(deadline)) {
                epochs.loggedOut();
                done.set(true);
              }
            },
            "e2ee-pkcs11-lock");
    last.setDaemon(true);
    last.start();
    LoadedModule.join(last, deadline);
    return done.get();
  }

  /** How often it was locked. */
  public long locks() {
    return epochs.locks();
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return epochs.isClosed();
  }

  /** Whether the custody was unlocked and not locked since. */
  public boolean isUnlocked() {
    return epochs.isUnlocked();
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
          Epoch now =
              epochs
                  .now()
                  .orElseThrow(
                      () ->
                          new CustodyException(
                              Kind.TRANSIENT,
                              where()
                                  + ": the session was lost; the next operation connects anew"));
          return inEpoch(lane, now, work);
        });
  }

  /**
   * Asks the module about the token, and logs nobody in.
   *
   * @throws CustodyException REMOVED, TIMEOUT …
   */
  public <T> T ask(ModuleOwner.Inside<T, CryptokiException> question) {
    epochs.checkOpen();
    return onLanes(lane -> module.owner().enter(question));
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
    return where;
  }

  /** Lanes that there are now: for those who look for leaks. */
  public int lanes() {
    return lanes.count();
  }

  /** Ends everything; operations that are under way end first, or are left to the module. */
  public void close() {
    if (!epochs.close()) {
      return;
    }
    Deadline deadline = Deadline.after(limit);
    endLogin(deadline);
    lanes.close(deadline);
    module.release(deadline);
  }
}
