package dev.e2ee.spi.internal.custody;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * What one thread of one process of this user does on this machine at a time, with something that
 * is no file.
 *
 * <p>The files lie in a folder of this user among the temporary ones. Where the folder cannot be
 * had, or others can get at it, who could hold a lock for ever, only the threads of this process
 * exclude each other; as do two machines, two users, and two processes with another /tmp each.
 */
public final class UserLock {
  private final String family;

  /**
   * The locks of one back end.
   *
   * @param family a word for the folder's name
   */
  public UserLock(String family) {
    this.family = family;
  }

  /**
   * Waits for the right to do something.
   *
   * @param what it is done with, the same in every process
   * @param holder who may have the right, in messages
   * @throws dev.e2ee.spi.CustodyException TIMEOUT, CANCELLED
   */
  public ExclusiveLock take(String what, Deadline deadline, String holder) {
    try {
      return takeStrictly(what, deadline, holder);
    } catch (CustodyException e) {
      if (e.kind() != Kind.DENIED) {
        throw e;
      }
      return ExclusiveLock.withoutFile(file(what), deadline, holder);
    }
  }

  /**
   * The same, and never without the file: for what two processes would destroy.
   *
   * @throws CustodyException besides, DENIED when the folder cannot be had
   */
  public ExclusiveLock takeStrictly(String what, Deadline deadline, String holder) {
    Path file = file(what);
    try {
      return ExclusiveLock.of(file, UserLock::open, deadline, holder);
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      throw new CustodyException(
          Kind.DENIED,
          file.resolveSibling("")
              + ", where processes of one user find out who writes, cannot be had; make it this"
              + " user's own folder with mode 0700",
          e);
    }
  }

  private Path file(String what) {
    return folder()
        .resolve(UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8)) + ".lock");
  }

  /** In the system's folder, which servlet containers and others do not exchange. */
  private Path folder() {
    Path system = Path.of("/tmp");
    String name = "e2ee-" + family;
    try {
      return UnixFile.isKnown(system) && Files.isDirectory(system)
          ? system.resolve(name + "-" + UnixFile.ownUid())
          : Path.of(System.getProperty("java.io.tmpdir")).resolve(name);
    } catch (IOException e) {
      return system.resolve(name + "-unknown"); // which is nobody's own
    }
  }

  private static FileChannel open(Path lockFile) throws IOException {
    Path folder = lockFile.resolveSibling("");
    try {
      Files.createDirectory(folder, UnixFile.ownerOnly(folder, "rwx------"));
    } catch (FileAlreadyExistsException e) {
      requireOwn(folder);
    }
    return FileChannel.open(
        lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
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
}
