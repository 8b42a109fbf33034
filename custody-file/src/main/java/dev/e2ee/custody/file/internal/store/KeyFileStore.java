package dev.e2ee.custody.file.internal.store;

import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Damage;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import dev.e2ee.spi.internal.custody.HandedInSecret;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

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
    // Not normalized: link/.. is the parent of what the link points to.
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null || List.of(".", "..").contains(name.toString())) {
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
    return UnixFile.isKnown(directory);
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
      Permissions.checkPrivate(file, files);
      Permissions.checkDirectory(directory);
      content = HandedInSecret.content(file, KeyFileFormat.MAX_LENGTH, LinkOption.NOFOLLOW_LINKS);
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
    new PrivateFiles(target).createSecret(target, content);
  }

  /** Deletes a secret whose slot is gone; one that cannot be deleted opens no slot of the file. */
  public void deleteSecret(Path target) {
    PrivateFiles.deleteQuietly(target);
  }

  /**
   * Reads the key of a slot from its own place beside the key file, under the same rules.
   *
   * @return the content, up to {@code most + 1} bytes, which the caller wipes
   * @throws CustodyException LOCKED when it is not there, DENIED …
   */
  public byte[] readSecret(Path secret, int most) {
    try {
      Permissions.checkPrivate(secret, files);
      return HandedInSecret.content(secret, most, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw notThere(secret, e);
    } catch (IOException e) {
      throw IoErrors.of("reading the slot key", secret, e, false);
    }
  }

  /**
   * Reads a secret that the caller named by its path. A pipe is read until its writer closes it.
   * [keyfile-29]
   *
   * @return the content, up to {@code most + 1} bytes, which the caller wipes
   * @throws CustodyException LOCKED when it is not there, DENIED …
   */
  public static byte[] readHandedIn(Path secret, int most) {
    try {
      return HandedInSecret.read(secret, most);
    } catch (NoSuchFileException e) {
      throw notThere(secret, e);
    } catch (IOException e) {
      throw IoErrors.of("reading the secret", secret, e, false);
    }
  }

  /** The keys are there all the same, so this is not MISSING. */
  private static CustodyException notThere(Path secret, NoSuchFileException cause) {
    return new CustodyException(
        Kind.LOCKED,
        "there is no file "
            + secret
            + ", so the key file stays locked; mount or restore the file, or name another secret",
        cause);
  }

  /** Deletes what a killed writer left, unless a writer is at work now or writing is denied. */
  public void sweepIfIdle() {
    if (!writable() || files.staleTemps().isEmpty()) {
      return;
    }
    try {
      lock(Deadline.after(Duration.ZERO)).close();
    } catch (CustodyException e) {
      // The next unlock or change tries again.
    }
  }

  /**
   * Becomes the only writer, and sweeps what killed ones left.
   *
   * @throws CustodyException TIMEOUT when another writer does not finish, DENIED
   */
  public Exclusive lock(Deadline deadline) {
    ExclusiveLock lock = onlyWriter(deadline);
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

  private ExclusiveLock onlyWriter(Deadline deadline) {
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    try { // [keyfile-30]
      return ExclusiveLock.of(
          lockFile, KeyFileStore::openLock, deadline, "another writer's change of " + file);
    } catch (IOException e) {
      throw IoErrors.of("locking", lockFile, e, false);
    }
  }

  /** The right to write, until it is closed. */
  public final class Exclusive implements AutoCloseable {
    private final ExclusiveLock lock;

    private Exclusive(ExclusiveLock lock) {
      this.lock = lock;
    }

    /**
     * Does nothing when a file may be made here, and there is none yet.
     *
     * @throws CustodyException CONFLICT when there is one, DENIED for the directory's permissions
     */
    public void requireNothing() {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw PrivateFiles.taken(file, null);
      }
      checkDirectory();
    }

    private void checkDirectory() {
      try {
        Permissions.checkDirectory(directory);
      } catch (IOException e) {
        throw IoErrors.of("checking the directory", directory, e, false);
      }
    }

    /**
     * Writes the first content of a file that is not there yet.
     *
     * @throws CustodyException CONFLICT when it is
     */
    public void create(byte[] content) {
      checkDirectory();
      files.create(file, content); // [keyfile-33]
      checkBack(content);
    }

    /**
     * Puts a new content in the place of the old one, and reads it back.
     *
     * @throws CustodyException DENIED, EXHAUSTED, TRANSIENT; {@link
     *     CustodyException#mayHaveTakenEffect} tells whether the old content was replaced
     */
    public void replace(byte[] content) {
      files.replace(file, content);
      checkBack(content);
    }

    private void checkBack(byte[] content) {
      try { // [keyfile-32]
        if (!Arrays.equals(content, HandedInSecret.content(file, content.length + 1))) {
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

  /** What is there is checked before it is opened: a named pipe would block. */
  private static FileChannel openLock(Path lockFile) throws IOException {
    try {
      return FileChannel.open(
          lockFile,
          PrivateFiles.options(
              StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
          UnixFile.ownerOnly(lockFile));
    } catch (FileAlreadyExistsException e) {
      Permissions.checkLock(lockFile);
      return FileChannel.open(
          lockFile, PrivateFiles.options(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }
  }
}
