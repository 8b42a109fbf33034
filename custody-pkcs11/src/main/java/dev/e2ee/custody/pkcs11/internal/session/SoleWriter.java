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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to make keys in a token, which one thread of one process of this user has at a time.
 * What other writers do is looked for in the token, but SoftHSM (2.6.1) never shows a process what
 * another one made between that process's last look and its own C_GenerateKey.
 *
 * <p>A lock of the operating system on a file among the temporary ones, which goes with its
 * process. Where that file cannot be had, or is another user's, who could hold it for ever, there
 * is only the look into the token, as between two machines.
 */
final class SoleWriter implements AutoCloseable {
  private static final Map<String, Semaphore> HERE = new ConcurrentHashMap<>();
  private static final Duration PAUSE = Duration.ofMillis(3);

  private final Semaphore here;
  private final Optional<FileChannel> file;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SoleWriter(Semaphore here, Optional<FileChannel> file) {
    this.here = here;
    this.file = file;
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
    SoleWriter writer = new SoleWriter(here, open(token));
    boolean alone = false;
    try {
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
      return file.isEmpty() || file.get().tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // a second copy of this class in this JVM has it
    } catch (IOException e) {
      return true; // this file system has no locks
    }
  }

  private static Optional<FileChannel> open(String token) {
    try {
      return Optional.of(openOwn(file(token)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path file(String token) {
    String use = System.getProperty("user.name", "") + "\n" + token;
    UUID name = UUID.nameUUIDFromBytes(use.getBytes(StandardCharsets.UTF_8));
    return Path.of(System.getProperty("java.io.tmpdir"), "e2ee-pkcs11-" + name + ".lock");
  }

  /** What is there is looked at before it is opened: a named pipe would block. */
  private static FileChannel openOwn(Path file) throws IOException {
    try {
      return FileChannel.open(
          file,
          Set.of(
              StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
          UnixFile.ownerOnly(file));
    } catch (FileAlreadyExistsException e) {
      requireOwn(file);
      return FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static void requireOwn(Path file) throws IOException {
    boolean own =
        Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && (!UnixFile.isKnown(file)
                || UnixFile.of(file, LinkOption.NOFOLLOW_LINKS).uid() == UnixFile.ownUid());
    if (!own) {
      throw new IOException(file + " is another user's");
    }
  }

  /** Gives it back, from any thread; a second time does nothing. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      file.ifPresent(SoleWriter::closeQuietly);
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
