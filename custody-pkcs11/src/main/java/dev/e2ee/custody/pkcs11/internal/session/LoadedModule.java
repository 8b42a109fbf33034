package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A module that is loaded and initialised in this process, and can be asked; nobody is logged in
 * anywhere. Loading, asking and finalising can take for ever, so each is left to a thread of its
 * own when its time is over.
 */
public final class LoadedModule {
  private final String where;
  private final ModuleOwner owner;

  private LoadedModule(String where, ModuleOwner owner) {
    this.where = where;
    this.owner = owner;
  }

  /**
   * Loads it, unless this process has it already. To be {@linkplain #release released} once.
   *
   * @param where what it is for, in messages
   * @throws CustodyException UNSUPPORTED for one that cannot be loaded, CONFLICT, TIMEOUT, and the
   *     kinds of what it answers
   */
  public static LoadedModule load(
      String where, ModuleUse use, ModuleOwner.Loader loader, Deadline deadline) {
    return new LoadedModule(where, alone(where, deadline, lane -> ModuleOwner.of(use, loader)));
  }

  /**
   * Asks it something.
   *
   * @throws CustodyException with the kind that fits, also what the question throws itself
   */
  public <T> T ask(Deadline deadline, ModuleOwner.Inside<T, CryptokiException> question) {
    return alone(where, deadline, lane -> owner.enter(question));
  }

  /**
   * Initialises it anew, unless somebody works with it.
   *
   * @param seen the incarnation that does not work
   * @return whether there is another incarnation now
   * @throws CustodyException with the kind that fits
   */
  boolean restart(int seen, Deadline deadline) {
    return alone(where, deadline, lane -> owner.restart(seen));
  }

  private static <T> T alone(String where, Deadline deadline, Lanes.Work<T> work) {
    Lanes lanes = new Lanes(1);
    try {
      return lanes.run(where, deadline, false, work);
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
      lanes.close(Deadline.after(Duration.ofMillis(1)));
    }
  }

  ModuleOwner owner() {
    return owner;
  }

  /** Lets it go; its last user finalises it. */
  public void release(Deadline deadline) {
    Thread last = new Thread(owner::release, "e2ee-pkcs11-end");
    last.setDaemon(true);
    last.start();
    join(last, deadline);
  }

  /** Waits for a thread's end until the deadline, interrupted or not. */
  static void join(Thread thread, Deadline deadline) {
    boolean interrupted = false;
    while (thread.isAlive() && deadline.remainingNanos() > 0) {
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos())));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
