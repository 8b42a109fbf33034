package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.util.Map;
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
  private static final Map<String, ModuleOwner> OWNERS = new ConcurrentHashMap<>();

  private static final long RESTART_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long DRAIN_MILLIS = 500;

  private final ReentrantReadWriteLock inside = new ReentrantReadWriteLock(true);

  /**
   * For the client of p11-kit: when its server dies under several calls, some of them stay inside
   * for ever (0.24.1). Its server does one call after the other anyway.
   */
  private final ReentrantLock oneAtATime = new ReentrantLock();

  private final AtomicInteger incarnation = new AtomicInteger();
  private volatile @Nullable Cryptoki module;
  private volatile boolean serial;
  private String initArgs = "";
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
   * The owner of the module with this name, which is loaded and initialised when it is the first
   * use. To be {@linkplain #release released} once.
   *
   * @throws CustodyException CONFLICT when the module is in use with other arguments: it would give
   *     that other user's keys
   */
  public static ModuleOwner of(String name, String initArgs, Loader loader) throws Exception {
    ModuleOwner owner = OWNERS.computeIfAbsent(name, unused -> new ModuleOwner());
    owner.join(initArgs, loader);
    return owner;
  }

  private synchronized void join(String args, Loader loader) throws Exception {
    if (module == null) {
      module = loader.load();
      initArgs = args;
    } else if (!initArgs.equals(args)) {
      throw new CustodyException(
          Kind.CONFLICT,
          "this process uses the module with other init-args already; close that first");
    }
    if (!initialized) {
      start();
    }
    users++;
  }

  private void start() throws CryptokiException {
    Cryptoki loaded = loaded();
    try {
      loaded.initialize();
      ours = true;
    } catch (CryptokiException e) {
      if (!e.is(Ckr.CRYPTOKI_ALREADY_INITIALIZED)) {
        throw e;
      }
      ours = false;
    }
    initialized = true;
    serial = loaded.info().isP11Kit();
    incarnation.incrementAndGet();
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
   * Finalises and initialises the module, which some need after their server or device came back.
   * At most once in a second, and not while a call is inside. More seldom would not do: p11-kit's
   * client that is initialised while its server is down stays without slots until the next time.
   *
   * @param seen the incarnation that does not work; another one is taken as it is
   * @return whether there is another incarnation now
   */
  synchronized boolean restart(int seen) throws CryptokiException {
    if (incarnation.get() != seen) {
      return true;
    }
    if (!ours || System.nanoTime() - lastRestart < RESTART_NANOS || !drained()) {
      return false;
    }
    try {
      lastRestart = System.nanoTime();
      if (initialized) {
        initialized = false;
        endQuietly();
      }
      start();
      return true;
    } finally {
      inside.writeLock().unlock();
    }
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
    if (users > 0 || !initialized || !ours || !drained()) {
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
