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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Begins the session epochs of one token: the first one with an unlock, the next ones after a loss,
 * without the application's doing. One thread at a time connects, the others wait for it.
 */
final class Epochs {
  private final TokenAddress address;
  private final Token known;
  private final ModuleOwner owner;
  private final BooleanSupplier isStuck;
  private final Login login;
  private final ReentrantLock connecting = new ReentrantLock();
  private final AtomicReference<@Nullable Epoch> current = new AtomicReference<>();
  private volatile boolean doubted;
  private volatile boolean closed;

  /**
   * For one token.
   *
   * @param known the token as it was found when the custody was opened
   * @param isStuck whether a call does not come back from the module
   */
  Epochs(
      TokenAddress address,
      Token known,
      ModuleOwner owner,
      BooleanSupplier isStuck,
      Engine engine) {
    this.isStuck = isStuck;
    this.address = address;
    this.known = known;
    this.owner = owner;
    this.login = new Login(address.toString(), owner.pinOf(known, engine));
  }

  /** The epoch that there is now, if there is one. */
  Optional<Epoch> now() {
    return Optional.ofNullable(current.get()).filter(epoch -> !epoch.isOver());
  }

  /** The epoch in which to work; a new one after a loss. */
  Epoch connected(Deadline deadline) throws CryptokiException {
    Epoch now = current.get();
    if (now != null && !now.isOver()) {
      return now;
    }
    acquire(deadline);
    try {
      return connectedAlone();
    } finally {
      connecting.unlock();
    }
  }

  private void acquire(Deadline deadline) {
    deadline.acquire(connecting, "another thread that connects to " + address);
  }

  private Epoch connectedAlone() throws CryptokiException {
    checkOpen();
    Epoch before = current.get();
    if (before != null && !before.isOver()) {
      return before;
    }
    requireUnlocked();
    if (before != null) {
      current.compareAndSet(before, null);
      before.closeAnchor();
    }
    int incarnation = owner.incarnation();
    if (doubted) {
      settle(incarnation);
    }
    Epoch fresh;
    try {
      fresh = begin();
    } catch (CryptokiException | CustodyException e) {
      if (!mayBeTheModule(e) || !owner.restart(incarnation)) {
        throw e;
      }
      fresh = begin();
    }
    current.set(fresh);
    if (!login.isOpen()) { // locked meanwhile
      fresh.end();
      fresh.closeAnchor();
      throw new CustodyException(Kind.LOCKED, address + " was locked; unlock it");
    }
    return fresh;
  }

  /**
   * Ends an epoch in which a session failed in its first work, if that can help: the module may
   * have lost its token without a word, as tpm2-pkcs11 does when the TPM begins anew.
   */
  void doubt(Epoch epoch) {
    if (!isStuck.getAsBoolean() && owner.couldRestart(epoch)) {
      doubted = true;
      epoch.end();
    }
  }

  /**
   * Initialises a doubted module anew before it gets the PIN: tpm2-pkcs11 calls the right one wrong
   * until then. While another custody works with it, it cannot be so bad; and while a call does not
   * come back, it cannot be done, and the PIN has to be tried.
   */
  private void settle(int incarnation) throws CryptokiException {
    if (!owner.restart(incarnation) && !owner.isAtWork() && !isStuck.getAsBoolean()) {
      throw new CustodyException(
          Kind.TRANSIENT, address + " failed, and its module is in use; try again in a second");
    }
    doubted = false;
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
          Token token = find(module);
          CryptokiSession anchor = owner.openSession(module, token.slot());
          boolean begun = false;
          try {
            login.logIn(token, anchor, () -> find(module));
            begun = true;
            return owner.begun(new Epoch(owner, incarnation, token, anchor));
          } finally {
            if (!begun) {
              closeQuietly(anchor);
            }
          }
        });
  }

  /** Another token in its place gets neither the PIN nor new keys. */
  private Token find(Cryptoki module) throws CryptokiException {
    Token token = address.find(module);
    if (!token.serial().equals(known.serial())
        || !token.label().equals(known.label())
        || !token.manufacturer().equals(known.manufacturer())) {
      throw new CustodyException(
          Kind.REMOVED,
          address
              + ": another token is in the place of the one that was opened; put that one back");
    }
    return token;
  }

  private void closeQuietly(CryptokiSession session) {
    try {
      owner.closeSession(session);
    } catch (CryptokiException e) {
      return; // the first error is the one to tell
    }
  }

  /**
   * Refuses what is closed.
   *
   * @throws CustodyException CLOSED
   */
  void checkOpen() {
    if (closed) {
      throw new CustodyException(Kind.CLOSED, address + " was closed; open it again");
    }
  }

  /**
   * Refuses what is closed or locked; asks nobody.
   *
   * @throws CustodyException CLOSED, LOCKED
   */
  void requireUnlocked() {
    checkOpen();
    if (!login.isOpen()) {
      throw new CustodyException(Kind.LOCKED, address + " is locked; unlock it");
    }
  }

  /**
   * Takes a PIN over and logs in with it. A login that holds is not tried again: this process would
   * be told yes to any PIN.
   */
  void unlock(SecretBytes pin, PinSource.Origin origin, Deadline deadline)
      throws CryptokiException {
    boolean used = false;
    try {
      acquire(deadline);
      try {
        checkOpen();
        if (now().isEmpty() || !login.isOpen()) {
          used = true;
          logInWith(pin, origin);
        }
      } finally {
        connecting.unlock();
      }
    } finally {
      if (!used) {
        pin.close();
      }
    }
  }

  private void logInWith(SecretBytes pin, PinSource.Origin origin) throws CryptokiException {
    login.use(pin, origin);
    Epoch before = current.get(); // of a lock() that is under way: it knows another PIN
    if (before != null) {
      before.end();
    }
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

  /** Whether there is a PIN to log in with. */
  boolean isUnlocked() {
    return login.isOpen();
  }

  /**
   * Forgets the PIN at once; an epoch that is being made meanwhile ends too.
   *
   * @return the epoch that ended, whose anchor is still open
   */
  Optional<Epoch> lock() {
    login.forget();
    Epoch now = current.getAndSet(null);
    if (now != null) {
      now.end();
    }
    return Optional.ofNullable(now);
  }

  /** How often it was locked. */
  long locks() {
    return login.forgets();
  }

  /** Whether it was closed. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Begins no epoch any more.
   *
   * @return whether this was the first time
   */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /** Forgets a PIN that nobody waits for any more, if it is the one in use. */
  boolean forget(SecretBytes pin) {
    return login.forget(pin);
  }

  /**
   * Sessions were closed. When the token says that this process is not logged in any more, nothing
   * of the PIN is kept; when it does not answer, it stays until the next time.
   */
  void loggedOut() {
    try {
      login.loggedOut(() -> owner.enter(this::isLoggedIn));
    } catch (CryptokiException | CustodyException e) {
      return;
    }
  }

  private boolean isLoggedIn(Cryptoki module) throws CryptokiException {
    CryptokiSession session = owner.openSession(module, address.find(module).slot());
    try {
      return session.loggedIn();
    } finally {
      owner.closeSession(session);
    }
  }
}
