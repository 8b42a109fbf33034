package dev.e2ee.custody.file.internal.store;

import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Damage;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/**
 * A key file on the disk: read at any time, written by one process at a time, never in place.
 *
 * <p>Readers need no lock, since a new content comes by one rename. Writers hold a lock on {@code
 * <file>.lock}, which is never replaced.
 */
public final class KeyFileStore {
  private final Path file;
  private final Path directory;
  private final PrivateFiles files;

  private KeyFileStore(Path file, Path directory) {
    this.file = file;
    this.directory = directory;
    this.files = new PrivateFiles(file);
  }

  /**
   * The store of a path, whether or not the file is there; its directory must be.
   *
   * @throws CustodyException MISSING without the directory, DENIED
   */
  public static KeyFileStore at(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw new CustodyException(Kind.DENIED, path + " is a directory; give the path of a file");
    }
    try {
      Path directory = parent.toRealPath();
      return new KeyFileStore(directory.resolve(name), directory);
    } catch (IOException e) {
      throw IoErrors.of("opening the directory", parent, e, false);
    }
  }

  /** The canonical path of the key file. */
  public Path file() {
    return file;
  }

  /** Whether owner, mode and links of the file can be checked here. */
  public boolean permissionsKnown() {
    return Permissions.known(directory);
  }

  /** Whether this process may write: without that, wraps are counted in memory only. */
  public boolean writable() {
    return Files.isWritable(directory);
  }

  /**
   * Reads the file, permissions first.
   *
   * @throws CustodyException MISSING, DENIED; else as {@link KeyFileFormat#parse}
   */
  public KeyFileFormat.Parsed read() {
    byte[] content;
    try {
      Permissions.checkPrivate(file);
      Permissions.checkDirectory(directory);
      content = PrivateFiles.read(file, KeyFileFormat.MAX_LENGTH, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw IoErrors.of("reading the key file", file, e, false);
    }
    try {
      return KeyFileFormat.parse(content);
    } catch (CustodyException e) {
      throw Damage.in(file, e);
    }
  }

  /** Where the key of a slot-key slot lies unless it is put elsewhere: beside the key file. */
  public Path slotKeyPath(Bytes slotId) {
    return file.resolveSibling(
        file.getFileName() + "." + slotId.toString().substring(0, 8) + ".slotkey");
  }

  /**
   * Writes a secret into a new file of its own with mode 0600.
   *
   * @throws CustodyException CONFLICT when the file exists, DENIED …
   */
  public void createSecret(Path target, byte[] content) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new CustodyException(
          Kind.CONFLICT, target + " exists already and is not overwritten; choose another path");
    }
    new PrivateFiles(target).write(target, content);
  }

  /**
   * Reads the key of a slot from its own place beside the key file, under the same rules.
   *
   * @return the content, up to {@code most + 1} bytes, which the caller wipes
   * @throws CustodyException MISSING, DENIED …
   */
  public byte[] readSecret(Path secret, int most) {
    try {
      Permissions.checkPrivate(secret);
      return PrivateFiles.read(secret, most, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw IoErrors.of("reading the slot key", secret, e, false);
    }
  }

  /**
   * Reads a secret that the caller named by its path.
   *
   * @return the content, up to {@code most + 1} bytes, which the caller wipes
   * @throws CustodyException MISSING, DENIED …
   */
  public static byte[] readHandedIn(Path secret, int most) {
    try {
      Permissions.checkHandedIn(secret);
      return PrivateFiles.read(secret, most);
    } catch (IOException e) {
      throw IoErrors.of("reading the secret", secret, e, false);
    }
  }

  /** Deletes what a killed writer left, unless a writer is at work now or writing is denied. */
  public void sweepIfIdle() {
    if (!writable() || files.staleTemps().isEmpty()) {
      return;
    }
    try {
      lock(Deadline.after(Duration.ZERO)).close();
    } catch (CustodyException e) {
      if (e.kind() != Kind.TIMEOUT && e.kind() != Kind.DENIED) {
        throw e;
      }
    }
  }

  /**
   * Becomes the only writer, and sweeps what killed ones left.
   *
   * @throws CustodyException TIMEOUT when another writer does not finish, DENIED
   */
  public Exclusive lock(Deadline deadline) {
    WriteLock lock = WriteLock.acquire(file, deadline);
    boolean swept = false;
    try {
      files.sweep();
      swept = true;
      return new Exclusive(lock);
    } finally {
      if (!swept) {
        lock.close();
      }
    }
  }

  /** The right to write, until it is closed. */
  public final class Exclusive implements AutoCloseable {
    private final WriteLock lock;

    private Exclusive(WriteLock lock) {
      this.lock = lock;
    }

    /**
     * Writes the first content of a file that is not there yet.
     *
     * @throws CustodyException CONFLICT when it is
     */
    public void create(byte[] content) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) { // [keyfile-33]
        throw new CustodyException(
            Kind.CONFLICT, file + " exists already and is not overwritten; choose another path");
      }
      try {
        Permissions.checkDirectory(directory);
      } catch (IOException e) {
        throw IoErrors.of("checking the directory", directory, e, false);
      }
      replace(content);
    }

    /**
     * Puts a new content in the place of the old one, and reads it back.
     *
     * @throws CustodyException DENIED, EXHAUSTED, TRANSIENT; {@link
     *     CustodyException#mayHaveTakenEffect} tells whether the old content was replaced
     */
    public void replace(byte[] content) {
      files.write(file, content);
      try { // [keyfile-32]
        if (!Arrays.equals(content, PrivateFiles.read(file, content.length + 1))) {
          throw new IOException("it reads back differently");
        }
      } catch (IOException e) {
        throw IoErrors.of("reading back the key file", file, e, true);
      }
    }

    @Override
    public void close() {
      lock.close();
    }
  }

  /** The lock of the operating system on a file beside the key file, and the JVM's own. */
  private record WriteLock(PathMutex mutex, FileChannel channel) implements AutoCloseable {
    static WriteLock acquire(Path file, Deadline deadline) {
      Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
      PathMutex mutex = PathMutex.acquire(file, deadline); // [keyfile-30]
      FileChannel channel = null;
      boolean locked = false;
      try {
        channel =
            FileChannel.open(
                lockFile,
                PrivateFiles.options(
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PrivateFiles.ownerOnly(file));
        while (channel.tryLock() == null) {
          deadline.pause(Duration.ofMillis(3), "another process's change of " + file);
        }
        locked = true;
        return new WriteLock(mutex, channel);
      } catch (IOException e) {
        throw IoErrors.of("locking", lockFile, e, false);
      } finally {
        if (!locked) {
          PrivateFiles.closeQuietly(channel);
          mutex.close();
        }
      }
    }

    @Override
    public void close() {
      PrivateFiles.closeQuietly(channel);
      mutex.close();
    }
  }
}
