package dev.e2ee.custody.file.internal.store;

import dev.e2ee.spi.internal.custody.Deadline;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One writer for each path in this JVM.
 *
 * <p>The operating system's lock belongs to the process, and goes when any descriptor of the lock
 * file is closed: so a second thread must not even open it. That makes this registry one of the JVM
 * and not of an object, the only static state of this module; it holds a path only while somebody
 * has or wants it.
 */
final class PathMutex implements AutoCloseable {
  private static final ConcurrentHashMap<Path, PathMutex> WANTED = new ConcurrentHashMap<>();

  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private int wanting;

  private PathMutex(Path path) {
    this.path = path;
  }

  static PathMutex acquire(Path path, Deadline deadline) {
    PathMutex mutex =
        WANTED.compute(
            path,
            (p, present) -> {
              PathMutex one = present == null ? new PathMutex(p) : present;
              one.wanting++;
              return one;
            });
    boolean acquired = false;
    try {
      deadline.acquire(mutex.lock, "another thread's change of the key file");
      acquired = true;
      return mutex;
    } finally {
      if (!acquired) {
        mutex.forget();
      }
    }
  }

  private void forget() {
    WANTED.compute(path, (p, one) -> --wanting == 0 ? null : one);
  }

  @Override
  public void close() {
    lock.unlock();
    forget();
  }
}
