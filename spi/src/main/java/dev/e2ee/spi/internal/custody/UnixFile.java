package dev.e2ee.spi.internal.custody;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Whose a file is and who may do what with it, where the file system tells.
 *
 * @param uid of its owner
 * @param mode type and permissions, as in st_mode
 * @param links how many names it has
 */
public record UnixFile(int uid, int mode, int links) {
  /** The user who may do everything anyway. */
  public static final int ROOT = 0;

  /** Whether the file system of a path tells owner, mode and links. */
  public static boolean isKnown(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** What the file system tells of a file or directory. */
  public static UnixFile of(Path path, LinkOption... options) throws IOException {
    Map<String, Object> found = Files.readAttributes(path, "unix:uid,mode,nlink", options);
    return new UnixFile(number(found, "uid"), number(found, "mode"), number(found, "nlink"));
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
  public static int ownUid() throws IOException {
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
      return of(probe).uid;
    } finally {
      Files.delete(probe);
    }
  }

  /** Mode 0600 for a new file from its start, where there are modes. */
  public static FileAttribute<?>[] ownerOnly(Path near) {
    return ownerOnly(near, "rw-------");
  }

  /** The same with other permissions, such as {@code rwx------} for a folder. */
  public static FileAttribute<?>[] ownerOnly(Path near, String permissions) {
    return isKnown(near)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** A path for a command that a person is told to run. */
  public static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }
}
