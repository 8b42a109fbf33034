package dev.e2ee.custody.file.internal.store;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Who else could read or replace a file. Checked where the file system has POSIX permissions;
 * elsewhere {@link UnixFile#isKnown} is false and nothing is said.
 */
final class Permissions {
  private static final int STICKY = 01000;

  private Permissions() {}

  /**
   * Refuses a key file, or a slot-key file beside it, that others can get at. [keyfile-27]
   *
   * @throws CustodyException DENIED with the command that repairs it
   */
  static void checkPrivate(Path file, PrivateFiles files) throws IOException {
    checkPlain(file);
    if (!UnixFile.isKnown(file)) {
      return;
    }
    UnixFile found = UnixFile.of(file, LinkOption.NOFOLLOW_LINKS);
    if (found.uid() != UnixFile.ownUid()) {
      throw denied(
          file,
          "belongs to another user; run this program as its owner, or, where the file should be"
              + " this user's, run: sudo chown $(id -un) "
              + UnixFile.quoted(file));
    }
    if ((found.mode() & 077) != 0) {
      throw denied(file, "is open to other users; run: chmod 600 " + UnixFile.quoted(file));
    }
    if (found.links() != 1 && found.links() != 1 + files.tempLinks(file)) {
      throw denied(
          file,
          "has a second hard link, through which it can be read or changed; find it with: find / "
              + "-xdev -samefile "
              + UnixFile.quoted(file)
              + " and remove the one that should not be there");
    }
  }

  /**
   * Refuses a lock file that is another user's, or that would block whoever opens it.
   *
   * @throws CustodyException DENIED
   */
  static void checkLock(Path file) throws IOException {
    checkPlain(file);
    if (UnixFile.isKnown(file)
        && UnixFile.of(file, LinkOption.NOFOLLOW_LINKS).uid() != UnixFile.ownUid()) {
      throw denied(
          file,
          "belongs to another user, who can keep this one from writing; remove it, or move the key"
              + " file to a directory of your own");
    }
  }

  private static void checkPlain(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.isSymbolicLink()) {
      throw denied(
          file,
          "is a symbolic link, which others may point elsewhere; give the path of the file itself:"
              + " readlink -f "
              + UnixFile.quoted(file));
    }
    if (!found.isRegularFile()) {
      throw denied(file, "is not a regular file; give the path of a file");
    }
  }

  /**
   * Refuses a directory in which others can replace files. [keyfile-28]
   *
   * @throws CustodyException DENIED with the command that repairs it
   */
  static void checkDirectory(Path directory) throws IOException {
    if (!UnixFile.isKnown(directory)) {
      return;
    }
    UnixFile found = UnixFile.of(directory);
    if (found.uid() != UnixFile.ownUid() && found.uid() != UnixFile.ROOT) {
      throw denied(
          directory,
          "belongs to another user, who can replace the key file; move the key file to a directory"
              + " of your own");
    }
    if ((found.mode() & 022) != 0 && (found.mode() & STICKY) == 0) {
      throw denied(
          directory,
          "lets other users replace the key file; run: chmod go-w " + UnixFile.quoted(directory));
    }
  }

  private static CustodyException denied(Path path, String why) {
    return new CustodyException(Kind.DENIED, path + " " + why);
  }
}
