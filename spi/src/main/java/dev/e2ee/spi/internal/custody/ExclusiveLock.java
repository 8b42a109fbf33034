package dev.e2ee.spi.internal.custody;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A right that one thread of one process has at a time: a semaphore of this JVM, and a lock of the
 * operating system on a file, which ends with its process. The file is never replaced or deleted.
 *
 * <p>The operating system's lock belongs to the process, and goes when <em>any</em> descriptor of
 * its file is closed. So a second thread must not even open the file; and who did not get the lock,
 * which a second copy of this class in this JVM may have, must not close it: it is kept for the
 * next try.
 */
public final class ExclusiveLock implements AutoCloseable {
  private static final ConcurrentHashMap<Path, Gate> GATES = new ConcurrentHashMap<>();
  private static final Duration PAUSE = Duration.ofMillis(3);

  private final Gate gate;
  private final @Nullable FileChannel file;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ExclusiveLock(Gate gate, @Nullable FileChannel file) {
    this.gate = gate;
    this.file = file;
  }

  /** Opens the file of the lock for writing, and makes it when it is not there. */
  public interface Opening {
    /** Opens it. */
    FileChannel open(Path lockFile) throws IOException;
  }

  /**
   * Waits for it.
   *
   * @param lockFile an absolute path, the same for all who want it
   * @param holder who may have it, in messages
   * @throws IOException when the file cannot be opened, or its file system has no locks
   * @throws dev.e2ee.spi.CustodyException TIMEOUT, CANCELLED
   */
  public static ExclusiveLock of(Path lockFile, Opening opening, Deadline deadline, String holder)
      throws IOException {
    Gate gate = Gate.enter(lockFile, deadline, holder);
    OpenFile found = null;
    boolean locked = false;
    try {
      found = gate.file(opening);
      while (!tryLock(found.channel)) {
        deadline.pause(PAUSE, holder);
      }
      locked = true;
      return new ExclusiveLock(gate, found.channel);
    } finally {
      if (!locked) {
        gate.keep(found);
        gate.leave();
      }
    }
  }

  /**
   * The same among the threads of this JVM only.
   *
   * @throws dev.e2ee.spi.CustodyException TIMEOUT, CANCELLED
   */
  public static ExclusiveLock withoutFile(Path name, Deadline deadline, String holder) {
    return new ExclusiveLock(Gate.enter(name, deadline, holder), null);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // a second copy of this class in this JVM has it
    }
  }

  /** Gives it back, from any thread; a second time does nothing. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      closeQuietly(file);
      gate.leave();
    }
  }

  private static void closeQuietly(@Nullable FileChannel file) {
    if (file == null) {
      return;
    }
    try {
      file.close();
    } catch (IOException e) {
      // The lock goes with the descriptor, which is gone even when close reports an error.
    }
  }

  /** The file of a lock, and which file of its file system it is, where that is told. */
  private record OpenFile(FileChannel channel, Optional<Object> key) {
    boolean isStill(Path path) throws IOException {
      return Files.exists(path) && key.equals(keyOf(path));
    }

    static Optional<Object> keyOf(Path path) throws IOException {
      return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    }
  }

  /** One thread of this JVM for each path; kept while somebody has or wants it. */
  private static final class Gate {
    private final Path path;
    private final Semaphore one = new Semaphore(1, true);
    private int wanting; // changed in GATES.compute only
    private @Nullable OpenFile kept; // used by who has the semaphore, or when nobody wants it

    private Gate(Path path) {
      this.path = path;
    }

    static Gate enter(Path path, Deadline deadline, String holder) {
      Gate gate =
          GATES.compute(
              path,
              (p, present) -> {
                Gate one = present == null ? new Gate(p) : present;
                one.wanting++;
                return one;
              });
      boolean entered = false;
      try {
        deadline.acquire(gate.one, holder);
        entered = true;
        return gate;
      } finally {
        if (!entered) {
          gate.forget();
        }
      }
    }

    void leave() {
      one.release();
      forget();
    }

    private void forget() {
      GATES.compute(path, (p, gate) -> --wanting == 0 && kept == null ? null : gate);
    }

    OpenFile file(Opening opening) throws IOException {
      OpenFile before = kept;
      kept = null;
      if (before != null && before.isStill(path)) {
        return before;
      }
      if (before != null) {
        closeQuietly(before.channel); // somebody deleted what must stay; its lock is nobody's now
      }
      FileChannel channel = opening.open(path);
      return new OpenFile(channel, OpenFile.keyOf(path));
    }

    void keep(@Nullable OpenFile notLocked) {
      if (notLocked != null && notLocked.key.isPresent()) {
        kept = notLocked;
      } else if (notLocked != null) {
        closeQuietly(notLocked.channel); // Windows: a lock belongs to one opening of the file
      }
    }
  }
}
