package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to make keys in a token, which one thread of one process of this user has at a time.
 * What other writers do is looked for in the token, but SoftHSM (2.6.1) never shows a process what
 * another one made between that process's last look and its own C_GenerateKey.
 *
 * <p>A lock of the operating system on a file in a folder of this user among the temporary ones,
 * which goes with its process; the empty file stays. Where the folder cannot be had, or others can
 * get at it, who could hold the lock for ever, there is only the look into the token, as between
 * two machines, two users, and two processes with another /tmp each.
 */
final class SoleWriter implements AutoCloseable {
  private static final Map<String, Semaphore> HERE = new ConcurrentHashMap<>();
  private static final Duration PAUSE = Duration.ofMillis(3);

  private final Semaphore here;
  private Optional<FileChannel> file = Optional.empty();
  private boolean isAnothers;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SoleWriter(Semaphore here) {
    this.here = here;
  }

  /**
   * Waits for it.
   *
   * @param token its identity, the same in every process and through every module
   * @param where the token, in messages
   * @throws dev.e2ee.spi.CustodyException TIMEOUT, CANCELLED
   */
  static SoleWriter of(String token, String where, Deadline deadline) {
    String other = "another process or thread that makes a key in " + where;
    Semaphore here = HERE.computeIfAbsent(token, unused -> new Semaphore(1));
    while (!here.tryAcquire()) {
      deadline.pause(PAUSE, other);
    }
    SoleWriter writer = new SoleWriter(here);
    boolean alone = false;
    try {
      writer.file = open(token);
      while (!writer.isAlone()) {
        deadline.pause(PAUSE, other);
      }
      alone = true;
      return writer;
    } finally {
      if (!alone) {
        writer.close();
      }
    }
  }

  private boolean isAlone() {
    try {
      boolean alone = file.isEmpty() || file.get().tryLock() != null;
      isAnothers = false;
      return alone;
    } catch (OverlappingFileLockException e) {
      isAnothers = true; // a second copy of this class in this JVM has it
      return false;
    } catch (IOException e) {
      return true; // this file system has no locks
    }
  }

  private static Optional<FileChannel> open(String token) {
    String name = UUID.nameUUIDFromBytes(token.getBytes(StandardCharsets.UTF_8)) + ".lock";
    try {
      return Optional.of(
          FileChannel.open(
              ownFolder().resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** In the system's folder, which servlet containers and others do not exchange. */
  private static Path ownFolder() throws IOException {
    Path system = Path.of("/tmp");
    boolean isUnix = UnixFile.isKnown(system) && Files.isDirectory(system);
    Path folder =
        isUnix
            ? system.resolve("e2ee-pkcs11-" + UnixFile.ownUid())
            : Path.of(System.getProperty("java.io.tmpdir")).resolve("e2ee-pkcs11");
    try {
      return Files.createDirectory(folder, UnixFile.ownerOnly(folder, "rwx------"));
    } catch (FileAlreadyExistsException e) {
      requireOwn(folder);
      return folder;
    }
  }

  private static void requireOwn(Path folder) throws IOException {
    boolean own = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    if (own && UnixFile.isKnown(folder)) {
      UnixFile found = UnixFile.of(folder, LinkOption.NOFOLLOW_LINKS);
      own = found.uid() == UnixFile.ownUid() && (found.mode() & 077) == 0;
    }
    if (!own) {
      throw new IOException(folder + " is another user's");
    }
  }

  /** Gives it back, from any thread; a second time does nothing. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      if (!isAnothers) { // closing a file lets go of all locks that this process has on it
        file.ifPresent(SoleWriter::closeQuietly);
      }
      here.release();
    }
  }

  private static void closeQuietly(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      return; // a lock that does not go now goes with the process
    }
  }
}
