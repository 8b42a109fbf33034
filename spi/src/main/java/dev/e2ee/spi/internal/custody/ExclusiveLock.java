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
 * next try, one descriptor for each path at the most. And one copy must not get the lock between
 * the two steps of the other one's closing, release and close: both are done under a monitor that
 * all class loaders share.
 */
public final class ExclusiveLock implements AutoCloseable {
  private static final ConcurrentHashMap<Path, Gate> GATES = new ConcurrentHashMap<>();
  private static final Duration PAUSE = Duration.ofMillis(3);

  private final Gate gate;
  private final boolean withFile;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ExclusiveLock(Gate gate, boolean withFile) {
    this.gate = gate;
    this.withFile = withFile;
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
    boolean locked = false;
    try {
      gate.lock(opening, deadline, holder);
      locked = true;
      return new ExclusiveLock(gate, true);
    } finally {
      if (!locked) {
        gate.leave();
      }
    }
  }

  /**
   * The same among the threads of this JVM only, those that hold it with the file included.
   *
   * @throws dev.e2ee.spi.CustodyException TIMEOUT, CANCELLED
   */
  public static ExclusiveLock withoutFile(Path lockFile, Deadline deadline, String holder) {
    return new ExclusiveLock(Gate.enter(lockFile, deadline, holder), false);
  }

  /** Gives it back, from any thread; a second time does nothing. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      if (withFile) {
        gate.unlock();
      }
      gate.leave();
    }
  }

  /** The file of a lock, and which file of its file system it is, where that is told. */
  private record OpenFile(FileChannel channel, Optional<Object> key) {
    static OpenFile of(FileChannel channel, Path path) {
      try {
        return new OpenFile(channel, key(path));
      } catch (IOException e) { // it is gone already
        return new OpenFile(channel, Optional.of(new Object()));
      }
    }

    boolean isStill(Path path) {
      try {
        return key.equals(key(path));
      } catch (IOException e) {
        return false;
      }
    }

    private static Optional<Object> key(Path path) throws IOException {
      return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    }
  }

  /** One thread of this JVM for each path; kept while somebody has or wants it. */
  private static final class Gate {
    private final Path path;
    private final Object ofAllCopies;
    private final Semaphore one = new Semaphore(1, true);
    private int wanting; // changed in GATES.compute only
    private @Nullable OpenFile file; // used by who has the semaphore, or when nobody wants it

    private Gate(Path path) {
      this.path = path;
      this.ofAllCopies = ("dev.e2ee lock " + path).intern(); // one object in all class loaders
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
      GATES.compute(path, (p, gate) -> --wanting == 0 && file == null ? null : gate);
    }

    void lock(Opening opening, Deadline deadline, String holder) throws IOException {
      boolean locked = false;
      try {
        while (!locked) {
          OpenFile now = open(opening);
          locked = tryLock(now);
          if (locked && !now.isStill(path)) { // deleted meanwhile: the next one locks another file
            unlock();
            locked = false;
          }
          if (!locked) {
            deadline.pause(PAUSE, holder);
          }
        }
      } finally {
        if (!locked && file != null && file.key.isEmpty()) {
          unlock(); // Windows: a lock belongs to one opening of the file
        }
      }
    }

    private OpenFile open(Opening opening) throws IOException {
      OpenFile now = file;
      if (now != null && now.isStill(path)) {
        return now;
      }
      if (now != null) {
        unlock(); // somebody deleted what must stay
      }
      now = OpenFile.of(opening.open(path), path);
      file = now;
      return now;
    }

    private boolean tryLock(OpenFile now) throws IOException {
      synchronized (ofAllCopies) {
        try {
          return now.channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
          return false; // a second copy of this class in this JVM has it
        }
      }
    }

    void unlock() {
      OpenFile now = file;
      file = null;
      if (now == null) {
        return;
      }
      synchronized (ofAllCopies) {
        try {
          now.channel.close();
        } catch (IOException e) {
          return; // the descriptor is gone even when close reports an error
        }
      }
    }
  }
}
