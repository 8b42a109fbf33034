package dev.e2ee.internal.file;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;

/** The turn of one thread of one process, among all who write a file by this class. */
public final class WriterLock implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ExclusiveLock lock;

  private WriterLock(ExclusiveLock lock) {
    this.lock = lock;
  }

  /**
   * Waits for it, for half a minute at the most.
   *
   * @param lockFile is made when it is not there, and stays
   * @param what is written, for messages
   * @throws IOException when another one does not give it back, or the file cannot be opened
   */
  public static WriterLock of(Path lockFile, String what) throws IOException {
    try {
      return new WriterLock(
          ExclusiveLock.of(
              lockFile.toAbsolutePath(),
              WriterLock::open,
              Deadline.after(PATIENCE),
              "another writer of " + what));
    } catch (CustodyException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static FileChannel open(Path lockFile) throws IOException {
    return FileChannel.open(
        lockFile,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        UnixFile.ownerOnly(lockFile));
  }

  @Override
  public void close() {
    lock.close();
  }
}
