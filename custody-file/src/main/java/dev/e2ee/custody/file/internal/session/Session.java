package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.core.SlotCipher;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.custody.file.internal.store.Deadline;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * One opened key file: its phase, its last known content, and the way to change it.
 *
 * <p>A change is made only to the revision that this session saw last; {@link #refresh} is how it
 * sees a newer one.
 */
public final class Session {
  private final KeyFileStore store;
  private final Engine engine;
  private final Duration limit;
  private final Unlocker unlocker;
  private final ReentrantLock monitor = new ReentrantLock();
  private volatile Phase phase;

  private Session(
      KeyFileStore store, Engine engine, Duration limit, SecretSource source, Phase phase) {
    this.store = store;
    this.engine = engine;
    this.limit = limit;
    this.unlocker = new Unlocker(store, engine, source);
    this.phase = phase;
  }

  /** A session on a file that is there; locked. */
  public static Session open(
      KeyFileStore store, Engine engine, Duration limit, SecretSource source) {
    Phase phase = new Phase.Locked(store.read().document()); // [keyfile-41]
    return new Session(store, engine, limit, source, phase);
  }

  /**
   * A session on a new file, unlocked.
   *
   * @param first makes the first slot for the file key
   */
  public static Session create(
      KeyFileStore store,
      Engine engine,
      Duration limit,
      SecretSource source,
      SlotChanges.Maker first) {
    Bytes fileId = Bytes.of(engine.random(16));
    FileSecrets secrets =
        new FileSecrets(engine, store.file(), fileId, SecretBytes.adopt(engine.random(32)));
    boolean done = false;
    try (var lock = store.lock(Deadline.after(limit));
        var made = first.make(new SlotCipher(engine, store.file(), fileId), secrets)) {
      KeyFileDocument document = new KeyFileDocument(1, fileId, List.of(made.slot()), List.of());
      made.commit(() -> lock.create(secrets.encode(document)));
      Session session =
          new Session(store, engine, limit, source, new Phase.Unlocked(document, secrets));
      done = true;
      return session;
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

  /** The files. */
  public KeyFileStore store() {
    return store;
  }

  /** The content as it was last read, in every phase. */
  public KeyFileDocument lastKnown() {
    return phase.document();
  }

  /**
   * The secrets of this moment.
   *
   * @throws CustodyException LOCKED, CLOSED
   */
  public FileSecrets secrets() {
    return unlocked().secrets();
  }

  /** Refuses a closed file. */
  public void checkNotClosed() {
    if (phase instanceof Phase.Closed) {
      throw new CustodyException(
          Kind.CLOSED, "the key file " + store.file() + " was closed here; open it again");
    }
  }

  private Phase.Unlocked unlocked() {
    checkNotClosed();
    if (phase instanceof Phase.Unlocked unlocked) {
      return unlocked;
    }
    throw new CustodyException(
        Kind.LOCKED, "the key file " + store.file() + " is locked; unlock it first");
  }

  /** Whether the keys can be used now. */
  public boolean isUnlocked() {
    return phase instanceof Phase.Unlocked;
  }

  /**
   * Reads the file anew; checks its authentication code when unlocked.
   *
   * @throws CustodyException CONFLICT when another file, or an older state of this one, is there
   */
  public KeyFileDocument refresh() {
    return alone(
        deadline -> {
          checkNotClosed();
          KeyFileDocument document = checked(store.read());
          phase =
              phase instanceof Phase.Unlocked unlocked
                  ? new Phase.Unlocked(document, unlocked.secrets())
                  : new Phase.Locked(document);
          return document;
        });
  }

  /** What is in the file now, held against what this session knows. */
  private KeyFileDocument checked(KeyFileFormat.Parsed file) {
    KeyFileDocument known = phase.document();
    KeyFileDocument found = file.document();
    if (!found.fileId().equals(known.fileId())) { // [keyfile-35]
      throw new CustodyException(
          Kind.CONFLICT,
          "another key file now lies at " + store.file() + "; close this one and open it again");
    }
    if (found.revision() < known.revision()) { // [keyfile-35]
      throw new CustodyException(
          Kind.CONFLICT,
          store.file()
              + " is older than what was seen before: a backup was restored, or somebody rolled it"
              + " back. Find out which, then open it again");
    }
    if (phase instanceof Phase.Unlocked unlocked) {
      unlocked.secrets().verify(file);
    }
    return found;
  }

  /** Makes the keys usable; does nothing but refresh when they are. */
  public void unlock() {
    alone(
        deadline -> {
          checkNotClosed();
          store.sweepIfIdle();
          KeyFileFormat.Parsed file = store.read();
          KeyFileDocument document = checked(file);
          if (phase instanceof Phase.Unlocked unlocked) {
            phase = new Phase.Unlocked(document, unlocked.secrets());
          } else {
            phase = new Phase.Unlocked(document, unlocker.unlock(file, deadline));
          }
          return document;
        });
  }

  /** Forgets the secrets. */
  public void lock() {
    checkNotClosed();
    end(new Phase.Locked(phase.document()));
  }

  /** Forgets the secrets for good. */
  public void close() {
    end(new Phase.Closed(phase.document()));
    unlocker.forget();
  }

  private void end(Phase next) {
    monitor.lock();
    try {
      Phase last = phase;
      if (!(last instanceof Phase.Closed)) {
        phase = next;
      }
      if (last instanceof Phase.Unlocked unlocked) {
        unlocked.secrets().close();
      }
    } finally {
      monitor.unlock();
    }
  }

  private <T> T alone(Function<Deadline, T> work) {
    Deadline deadline = Deadline.after(limit);
    deadline.acquire(monitor, "another thread's operation on the key file");
    try {
      return work.apply(deadline);
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
    return edit(work, true);
  }

  /** Counts uses: on the newest revision, whatever it is, and without raising it. */
  <T> T count(Function<Editor, T> work) {
    return edit(work, false);
  }

  private <T> T edit(Function<Editor, T> work, boolean compareRevision) {
    return alone(
        deadline -> {
          Phase.Unlocked unlocked = unlocked();
          try (KeyFileStore.Exclusive lock = store.lock(deadline)) {
            KeyFileDocument found = checked(store.read());
            if (compareRevision && found.revision() != unlocked.document().revision()) {
              // [keyfile-34]
              throw new CustodyException(
                  Kind.CONFLICT,
                  "somebody else changed "
                      + store.file()
                      + " meanwhile; nothing was done. List the keys again, then try again");
            }
            phase = new Phase.Unlocked(found, unlocked.secrets());
            return work.apply(new Editor(lock, unlocked.secrets()));
          }
        });
  }

  /** The file under the lock. */
  public final class Editor {
    private final KeyFileStore.Exclusive lock;
    private final FileSecrets secrets;

    private Editor(KeyFileStore.Exclusive lock, FileSecrets secrets) {
      this.lock = lock;
      this.secrets = secrets;
    }

    /** The content as it is now. */
    public KeyFileDocument document() {
      return phase.document();
    }

    /** The secrets of the file. */
    public FileSecrets secrets() {
      return secrets;
    }

    /** Writes the next revision and reads it back. */
    public KeyFileDocument commit(KeyFileDocument next) {
      return write(next.raised());
    }

    /** Writes counts of uses under the same revision. */
    KeyFileDocument commitUses(KeyFileDocument next) {
      return write(next);
    }

    private KeyFileDocument write(KeyFileDocument next) {
      lock.replace(secrets.encode(next));
      KeyFileFormat.Parsed back = store.read();
      secrets.verify(back);
      if (!back.document().equals(next)) {
        throw new CustodyException(
            Kind.CORRUPT,
            store.file() + " reads back differently from what was written; do not use this disk",
            null,
            true,
            OptionalLong.empty());
      }
      phase = new Phase.Unlocked(next, secrets);
      return next;
    }
  }
}
