package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.core.SlotCipher;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One opened key file: its phase, its last authentic content, and the way to change it.
 *
 * <p>A change is made only to the revision that this session saw last; {@link #refresh} is how it
 * sees a newer one. What is read while locked is shown and never remembered.
 */
public final class Session {
  private final KeyFileStore store;
  private final Engine engine;
  private final Duration limit;
  private final Unlocker unlocker;
  private final Bytes fileId;
  private final AtomicLong locks = new AtomicLong();
  private final ReentrantLock monitor = new ReentrantLock();
  private final SecretSource source;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile Phase phase;

  private Session(
      KeyFileStore store,
      Engine engine,
      Duration limit,
      SecretSource source,
      Bytes fileId,
      Phase phase) {
    this.store = store;
    this.engine = engine;
    this.limit = limit;
    this.source = source;
    this.unlocker = new Unlocker(store, engine, source);
    this.fileId = fileId;
    this.phase = phase;
  }

  /** A session on a file that is there; locked. */
  public static Session open(
      KeyFileStore store, Engine engine, Duration limit, SecretSource source) {
    Bytes fileId = store.read().document().fileId(); // [keyfile-41]
    return new Session(store, engine, limit, source, fileId, new Phase.Locked(Optional.empty()));
  }

  /**
   * A session on a new file, unlocked.
   *
   * @param first makes the first slot for the file key; closed by this
   */
  public static Session create(
      KeyFileStore store,
      Engine engine,
      Duration limit,
      SecretSource source,
      SlotChanges.Maker first) {
    Deadline deadline = Deadline.after(limit);
    try (first) {
      first.prepare(deadline, () -> requireNothing(store, deadline));
      return first.then(() -> create(store, engine, limit, source, first, deadline));
    }
  }

  /** Before a slot's key is made that stays; whoever makes the file meanwhile is the first. */
  private static void requireNothing(KeyFileStore store, Deadline deadline) {
    try (var lock = store.lock(deadline)) {
      lock.requireNothing();
    }
  }

  private static Session create(
      KeyFileStore store,
      Engine engine,
      Duration limit,
      SecretSource source,
      SlotChanges.Maker first,
      Deadline deadline) {
    Bytes fileId = Bytes.of(engine.random(16));
    FileSecrets secrets =
        new FileSecrets(engine, store.file(), fileId, SecretBytes.adopt(engine.random(32)));
    boolean done = false;
    try (var lock = store.lock(deadline)) {
      lock.requireNothing();
      try (var made = first.make(new SlotCipher(engine, store.file(), fileId), secrets)) {
        KeyFileDocument document = new KeyFileDocument(1, fileId, List.of(made.slot()), List.of());
        made.commit(() -> lock.create(secrets.encode(document)));
        Bytes slot = made.slot().head().id();
        Phase phase = new Phase.Unlocked(document, secrets, FileStamp.of(store.file()), slot);
        Session session = new Session(store, engine, limit, source, fileId, phase);
        done = true;
        return session;
      }
    } finally {
      if (!done) {
        secrets.close();
      }
    }
  }

  /** The engine that computes. */
  public Engine engine() {
    return engine;
  }

  /** How long an operation may take. */
  public Duration limit() {
    return limit;
  }

  /** Where the secret of an unlock comes from. */
  public SecretSource source() {
    return source;
  }

  /** The files. */
  public KeyFileStore store() {
    return store;
  }

  /** The last authentic content, in every phase; empty before the first unlock. */
  public Optional<KeyFileDocument> lastProven() {
    return phase.proven();
  }

  /** The id of the slot by which it was unlocked; empty while it is not. */
  public Optional<Bytes> openedBy() {
    return phase instanceof Phase.Unlocked now ? Optional.of(now.openedBy()) : Optional.empty();
  }

  /** Refuses a closed file. */
  public void checkNotClosed() {
    if (phase instanceof Phase.Closed) {
      throw new CustodyException(
          Kind.CLOSED, "the key file " + store.file() + " was closed here; open it again");
    }
  }

  private Phase.Unlocked unlocked() {
    Phase now = phase;
    if (now instanceof Phase.Unlocked unlocked) {
      return unlocked;
    }
    checkNotClosed();
    throw new CustodyException(
        Kind.LOCKED, "the key file " + store.file() + " is locked; unlock it first");
  }

  /**
   * A look at the file.
   *
   * @param document the content, authentic with secrets only
   * @param secrets of this moment, when unlocked
   */
  public record Look(KeyFileDocument document, Optional<FileSecrets> secrets) {}

  /**
   * Reads the file anew; checks its authentication code when unlocked.
   *
   * @throws CustodyException CONFLICT when another file, or an older state of this one, is there;
   *     REMOVED when there is none
   */
  public Look refresh() {
    return alone(
        deadline -> {
          checkNotClosed();
          if (phase instanceof Phase.Unlocked before) {
            Phase.Unlocked now = reread(before);
            return new Look(now.document(), Optional.of(now.secrets()));
          }
          return new Look(read().checked(fileId, phase), Optional.empty());
        });
  }

  /**
   * The unlocked file as {@link #refresh} finds it.
   *
   * @throws CustodyException LOCKED, CLOSED, and as {@link #refresh}
   */
  public Phase.Unlocked reread() {
    return alone(deadline -> reread(unlocked()));
  }

  private Phase.Unlocked reread(Phase.Unlocked before) {
    Phase.Unlocked now = read().authentic(fileId, phase, before.secrets(), before.openedBy());
    phase = now;
    return now;
  }

  /**
   * The unlocked file as it is now, read only when it has changed since: what others rotate and
   * retire holds here at once. [keyfile-42]
   *
   * @throws CustodyException LOCKED, CLOSED, and as {@link #refresh}
   */
  public Phase.Unlocked fresh() {
    Phase.Unlocked seen = unlocked();
    return isFresh(seen)
        ? seen
        : alone(
            deadline -> {
              Phase.Unlocked before = unlocked();
              return isFresh(before) ? before : reread(before);
            });
  }

  private boolean isFresh(Phase.Unlocked seen) {
    return seen.stamp().filter(stamp -> stamp.isOf(store.file())).isPresent();
  }

  private Reading read() {
    return Reading.of(store);
  }

  /**
   * Makes the keys usable; does nothing but refresh when they are. The secret is got without the
   * monitor and before the deadline's clock starts: a person may take their time, and others may
   * look, lock and close meanwhile.
   *
   * @return how, for the audit
   */
  public String unlock() {
    acquire(asking);
    try {
      Look look = alone(deadline -> lookAndSweep());
      if (look.secrets().isPresent()) {
        return "it was unlocked";
      }
      try (SecretSource.Secret secret = unlocker.secret(look.document())) {
        return alone(deadline -> unlock(secret, deadline));
      }
    } finally {
      asking.unlock();
    }
  }

  private Look lookAndSweep() {
    checkNotClosed();
    Reading.present(store, store::sweepIfIdle);
    return refresh();
  }

  private String unlock(SecretSource.Secret secret, Deadline deadline) {
    checkNotClosed();
    Reading reading = read();
    if (phase instanceof Phase.Unlocked unlocked) {
      phase = reading.authentic(fileId, phase, unlocked.secrets(), unlocked.openedBy());
      return "it was unlocked meanwhile";
    }
    reading.checked(fileId, phase);
    Unlocker.Opened opened = unlocker.unlock(reading.file(), secret, deadline);
    phase = reading.authentic(fileId, phase, opened.secrets(), opened.slot().head().id());
    return opened.how();
  }

  /** Forgets the secrets. */
  public void lock() {
    end(Phase.Locked::new);
  }

  /** How often that was done. */
  public long locks() {
    return locks.get();
  }

  /** Forgets the secrets for good; a second call does nothing. */
  public void close() {
    monitor.lock();
    try {
      if (!(phase instanceof Phase.Closed)) {
        end(Phase.Closed::new);
        unlocker.forget();
      }
    } finally {
      monitor.unlock();
    }
  }

  /** Waits for a change that is under way, so that its revision is remembered. */
  private void end(Function<Optional<KeyFileDocument>, Phase> next) {
    monitor.lock();
    try {
      checkNotClosed();
      Phase last = phase;
      phase = next.apply(last.proven());
      locks.incrementAndGet(); // after it, and before anybody can unlock it again
      if (last instanceof Phase.Unlocked unlocked) {
        unlocked.secrets().close();
      }
      engine.wipe();
    } finally {
      monitor.unlock();
    }
  }

  private <T> T alone(Function<Deadline, T> work) {
    Deadline deadline = Deadline.after(limit);
    return alone(deadline, () -> work.apply(deadline));
  }

  private <T> T alone(Deadline deadline, Supplier<T> work) {
    deadline.acquire(monitor, "another thread's operation on the key file");
    try {
      return work.get();
    } finally {
      monitor.unlock();
    }
  }

  /** Waits for a lock as long as an operation of this session may. */
  void acquire(ReentrantLock lock) {
    Deadline.after(limit).acquire(lock, "another thread's operation on the key");
  }

  /**
   * Changes the file, alone in this JVM and among processes.
   *
   * @throws CustodyException CONFLICT when the file is not as this session saw it last
   */
  public <T> T change(Function<Editor, T> work) {
    return change(Deadline.after(limit), work);
  }

  /** The same as a part of an operation that began before. */
  <T> T change(Deadline deadline, Function<Editor, T> work) {
    return edit(deadline, work, true);
  }

  /** Counts uses: on the newest revision, whatever it is, and without raising it. */
  <T> T count(Function<Editor, T> work) {
    return edit(Deadline.after(limit), work, false);
  }

  private <T> T edit(Deadline deadline, Function<Editor, T> work, boolean compareRevision) {
    return alone(
        deadline,
        () -> {
          Phase.Unlocked before = unlocked();
          try (KeyFileStore.Exclusive lock = Reading.present(store, () -> store.lock(deadline))) {
            Phase.Unlocked found =
                read().authentic(fileId, phase, before.secrets(), before.openedBy());
            if (compareRevision && found.document().revision() != before.document().revision()) {
              // [keyfile-34]
              throw new CustodyException(
                  Kind.CONFLICT,
                  "somebody else changed "
                      + store.file()
                      + " meanwhile; nothing was done. List the keys again, then try again");
            }
            phase = found;
            return new Editor(this, lock, found).run(work);
          }
        });
  }

  /** What was just written: seen from now on only when it reads back as it was meant. */
  Phase.Unlocked readBack(KeyFileDocument written, Phase.Unlocked before) {
    Phase.Unlocked back = read().authentic(fileId, phase, before.secrets(), before.openedBy());
    if (!back.document().equals(written)) {
      throw new CustodyException(
          Kind.CORRUPT,
          store.file() + " reads back differently from what was written; do not use this disk");
    }
    phase = back;
    return back;
  }
}
