package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The one owner of a module in this JVM, shared by all custodies that use it: C_Initialize and
 * C_Finalize concern the whole process. It finalises a module only while nobody is inside, because
 * many modules crash otherwise, and never one that somebody else in this process has initialised.
 */
public final class ModuleOwner {
  /** The module itself is a global of this process, and so is who owns it. */
  private static final Map<Path, ModuleOwner> OWNERS = new ConcurrentHashMap<>();

  private static final long RESTART_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long DRAIN_MILLIS = 500;

  private final ReentrantReadWriteLock inside = new ReentrantReadWriteLock(true);

  /**
   * For the client of p11-kit: when its server dies under several calls, some of them stay inside
   * for ever (0.24.1). Its server does one call after the other anyway.
   */
  private final ReentrantLock oneAtATime = new ReentrantLock();

  private final AtomicInteger incarnation = new AtomicInteger();

  /** Who has the sessions of the module, by their numbers. */
  private final Map<Long, CryptokiSession> sessions = new HashMap<>();

  private final Set<Epoch> epochs = ConcurrentHashMap.newKeySet();
  private final Map<String, TokenPin> pins = new ConcurrentHashMap<>();

  private volatile @Nullable Cryptoki module;
  private volatile boolean serial;
  private @Nullable ModuleUse use;
  private int users;
  private boolean initialized;
  private boolean ours;
  private long lastRestart = System.nanoTime() - RESTART_NANOS;

  private ModuleOwner() {}

  /** Gets at a module that was not loaded yet. */
  public interface Loader {
    /** Loads it. */
    Cryptoki load() throws Exception;
  }

  /**
   * The owner of a module, which is loaded and initialised when it is the first use. To be
   * {@linkplain #release released} once.
   *
   * @throws CustodyException CONFLICT when the module is in use with other arguments: it would give
   *     that other user's keys; or through another binding, which would initialise it once more
   */
  public static ModuleOwner of(ModuleUse use, Loader loader) throws Exception {
    ModuleOwner owner = OWNERS.computeIfAbsent(use.file(), unused -> new ModuleOwner());
    owner.join(use, loader);
    return owner;
  }

  private synchronized void join(ModuleUse wanted, Loader loader) throws Exception {
    ModuleUse now = use;
    boolean unused = !initialized && users == 0;
    if (module == null || now == null || unused) {
      module = loader.load();
      use = wanted;
    } else if (!now.equals(wanted)) {
      throw new CustodyException(
          Kind.CONFLICT,
          now.binding().equals(wanted.binding())
              ? "this process uses the module with other init-args already; close that first"
              : "this process uses the module through the binding "
                  + now.binding()
                  + " already; close that first, or name the same binding in both URIs");
    }
    if (!initialized) {
      start(initialize());
    }
    users++;
  }

  private void start(boolean byUs) throws CryptokiException {
    ours = byUs;
    initialized = true;
    begin();
    serial |= isP11Kit();
  }

  /**
   * Its client says what its server says, and something else while that is down: its name stays.
   */
  private boolean isP11Kit() throws CryptokiException {
    ModuleUse now = use;
    return (now != null && now.file().toString().contains("p11-kit")) || loaded().info().isP11Kit();
  }

  /** Whatever there was of sessions and objects means nothing from here on. */
  private void begin() {
    incarnation.incrementAndGet();
    epochs.clear();
    synchronized (sessions) {
      sessions.clear();
    }
  }

  /** False when somebody else in this process has it initialised. */
  private boolean initialize() throws CryptokiException {
    try {
      loaded().initialize();
      return true;
    } catch (CryptokiException e) {
      if (!e.is(Ckr.CRYPTOKI_ALREADY_INITIALIZED)) {
        throw e;
      }
      return false;
    }
  }

  /** Inside the module. */
  public interface Inside<T, E extends Exception> {
    /** What is done there. */
    T run(Cryptoki module) throws CryptokiException, E;
  }

  /** Goes into the module: as long as that lasts it is not finalised. */
  <T, E extends Exception> T enter(Inside<T, E> work) throws CryptokiException, E {
    boolean alone = serial;
    if (alone) {
      oneAtATime.lock();
    }
    inside.readLock().lock();
    try {
      return work.run(loaded());
    } finally {
      inside.readLock().unlock();
      if (alone) {
        oneAtATime.unlock();
      }
    }
  }

  private Cryptoki loaded() throws CryptokiException {
    Cryptoki loaded = module;
    if (loaded == null) {
      throw new CryptokiException("the module was released", Ckr.CRYPTOKI_NOT_INITIALIZED.code());
    }
    return loaded;
  }

  /** How often the module was initialised: handles of an earlier time mean other things now. */
  int incarnation() {
    return incarnation.get();
  }

  /**
   * Opens a session, inside the module already, and notes whose its number is now: after a loss a
   * module may give the numbers of sessions that it has lost to new ones, while somebody still has
   * the old ones.
   */
  CryptokiSession openSession(Cryptoki functions, long slot) throws CryptokiException {
    synchronized (sessions) {
      CryptokiSession session = functions.open(slot);
      sessions.put(session.number(), session);
      return session;
    }
  }

  /** Closes a session, inside the module already, unless its number is another's by now. */
  void closeSession(CryptokiSession session) throws CryptokiException {
    synchronized (sessions) {
      if (sessions.remove(session.number(), session)) {
        session.close();
      }
    }
  }

  /** Notes an epoch that began. */
  Epoch begun(Epoch epoch) {
    epochs.add(epoch);
    return epoch;
  }

  /** What this process knows of a token's PIN. */
  TokenPin pinOf(Token token, Engine engine) {
    return pins.computeIfAbsent(token.identity(), unused -> new TokenPin(engine));
  }

  /** Whether a custody works in this module: finalising it would cost that one its sessions. */
  boolean isAtWork() {
    return isAtWork(null);
  }

  private synchronized boolean isAtWork(@Nullable Epoch but) {
    epochs.removeIf(each -> each != but && !each.answers());
    return epochs.stream().anyMatch(each -> each != but);
  }

  /**
   * Finalises and initialises the module, which some need after their server or device came back.
   * At most once in a second, and not while a call is inside. More seldom would not do: p11-kit's
   * client that is initialised while its server is down stays without slots until the next time. A
   * module that somebody else in this process has initialised is only initialised, which does
   * nothing unless that one has finalised it. One in which another custody works is left as it is.
   *
   * @param seen the incarnation that does not work; another one is taken as it is
   * @return whether there is another incarnation now
   */
  synchronized boolean restart(int seen) throws CryptokiException {
    if (incarnation.get() != seen) {
      return true;
    }
    if (isTooSoon() || isAtWork() || !drained()) {
      return false;
    }
    try {
      lastRestart = System.nanoTime();
      if (initialized && ours) {
        initialized = false;
        begin(); // before the numbers can be anybody else's
        endQuietly();
      }
      boolean byUs = initialize();
      if (initialized && !byUs) { // it is the other one's still
        return false;
      }
      start(byUs);
      return true;
    } finally {
      inside.writeLock().unlock();
    }
  }

  private boolean isTooSoon() {
    return System.nanoTime() - lastRestart < RESTART_NANOS;
  }

  /** Whether the module could be initialised anew if this epoch were over. */
  synchronized boolean couldRestart(Epoch without) {
    return !isTooSoon() && !isAtWork(without);
  }

  private boolean drained() {
    try {
      return inside.writeLock().tryLock(DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What a broken module answers here changes nothing: it is initialised anew, or left. */
  private void endQuietly() {
    try {
      loaded().end();
    } catch (CryptokiException e) {
      return;
    }
  }

  /** One user less; the last one finalises the module, unless a call is stuck inside. */
  public synchronized void release() {
    users--;
    if (users > 0 || !initialized) {
      return;
    }
    if (!ours) {
      initialized = false;
      module = null;
      return;
    }
    if (!drained()) {
      return;
    }
    try {
      initialized = false;
      endQuietly();
      module = null;
    } finally {
      inside.writeLock().unlock();
    }
  }
}
