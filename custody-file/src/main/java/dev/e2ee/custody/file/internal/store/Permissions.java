package dev.e2ee.custody.file.internal.store;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who else could read or replace a file. Checked where the file system has POSIX permissions;
 * elsewhere {@link #known} is false and nothing is said.
 */
final class Permissions {
  private static final int ROOT = 0;
  private static final int STICKY = 01000;
  private static final int FILE_TYPE = 0170000;
  private static final int PIPE = 0010000;
  private static final Pattern DESCRIPTOR =
      Pattern.compile("/dev/stdin|(/dev|/proc/self)/fd/[0-9]+");

  private Permissions() {}

  /** Whether the file system of a directory tells owner, mode and links. */
  static boolean known(Path directory) {
    return directory.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /**
   * Refuses a key file, or a slot-key file beside it, that others can get at. [keyfile-27]
   *
   * @throws CustodyException DENIED with the command that repairs it
   */
  static void checkPrivate(Path file, PrivateFiles files) throws IOException {
    checkPlain(file);
    if (!known(file)) {
      return;
    }
    Unix found = unix(file, LinkOption.NOFOLLOW_LINKS);
    if (found.uid != ownUid()) {
      throw denied(file, "belongs to another user; run: sudo chown $(id -un) " + quoted(file));
    }
    if ((found.mode & 077) != 0) {
      throw denied(file, "is open to other users; run: chmod 600 " + quoted(file));
    }
    if (found.links != 1 && found.links != 1 + files.tempLinks(file)) {
      throw denied(
          file,
          "has a second hard link, through which it can be read or changed; find it with: find / "
              + "-xdev -samefile "
              + quoted(file)
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
    if (known(file) && unix(file, LinkOption.NOFOLLOW_LINKS).uid != ownUid()) {
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
              + quoted(file));
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
    if (!known(directory)) {
      return;
    }
    Unix found = unix(directory);
    if (found.uid != ownUid() && found.uid != ROOT) {
      throw denied(
          directory,
          "belongs to another user, who can replace the key file; move the key file to a directory"
              + " of your own");
    }
    if ((found.mode & 022) != 0 && (found.mode & STICKY) == 0) {
      throw denied(
          directory, "lets other users replace the key file; run: chmod go-w " + quoted(directory));
    }
  }

  /**
   * Refuses a secret, named by path, that others can read. Symbolic links, an owner root and a
   * group that reads are allowed: containers and service managers hand secrets in this way.
   * [keyfile-29]
   *
   * <p>A pipe is taken from the one who holds it as a descriptor, such as {@code /dev/stdin}. One
   * with a name of its own would block for ever when nobody writes to it.
   *
   * @throws CustodyException DENIED with the command that repairs it
   */
  static void checkHandedIn(Path file) throws IOException {
    boolean known = known(file);
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
      if (known
          && (unix(file).mode & FILE_TYPE) == PIPE
          && DESCRIPTOR.matcher(file.toString()).matches()) {
        return;
      }
      throw denied(
          file,
          "is not a regular file; give the path of one, or hand in a pipe as /dev/stdin or"
              + " /dev/fd/N");
    }
    if (!known) {
      return;
    }
    Unix found = unix(file);
    if (found.uid != ownUid() && found.uid != ROOT) {
      throw denied(file, "belongs to another user; run: sudo chown $(id -un) " + quoted(file));
    }
    if ((found.mode & 027) != 0) {
      throw denied(file, "is open to other users; run: chmod o=,g-wx " + quoted(file));
    }
  }

  private record Unix(int uid, int mode, int links) {}

  private static Unix unix(Path path, LinkOption... options) throws IOException {
    Map<String, Object> found = Files.readAttributes(path, "unix:uid,mode,nlink", options);
    return new Unix(number(found, "uid"), number(found, "mode"), number(found, "nlink"));
  }

  private static int number(Map<String, Object> attributes, String name) throws IOException {
    if (attributes.get(name) instanceof Integer value) {
      return value;
    }
    throw new IOException("the file system does not tell the attribute " + name);
  }

  /**
   * The JVM does not tell its user. /proc/self/status does; the owner of /proc/self would not, for
   * a java binary with capabilities. Elsewhere a new file tells.
   */
  private static int ownUid() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("Uid:")) {
          return Integer.parseInt(line.split("\\s+", -1)[2]); // real, effective, saved, file system
        }
      }
    }
    Path probe = Files.createTempFile("e2ee", "uid");
    try {
      return unix(probe).uid;
    } finally {
      Files.delete(probe);
    }
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  private static CustodyException denied(Path path, String why) {
    return new CustodyException(Kind.DENIED, path + " " + why);
  }
}
