package dev.e2ee.rotation;

import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Whose a file is: what takes another one's place must be readable to the same people. */
final class FileOwnership {
  private static final Set<PosixFilePermission> SEARCH =
      Set.copyOf(PosixFilePermissions.fromString("--x--x--x"));

  private FileOwnership() {}

  /**
   * Gives a new content the owner, group and permissions of the file whose place it takes; where
   * there is none, the permissions of the directory.
   *
   * @throws FileSystemException when this process may not give a file away
   */
  static void copy(Path target, Path file) throws IOException {
    if (!UnixFile.isKnown(file)) {
      return;
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      copyOwner(target, file, "unix:uid");
      copyOwner(target, file, "unix:gid");
      copyPermissions(target, file);
    } else {
      copyPermissions(target.resolveSibling("."), file);
    }
  }

  /**
   * Gives a folder, or a file in it, to whom a directory is open; when root makes it, to the
   * directory's owner.
   */
  static void copyFolder(Path directory, Path made) throws IOException {
    if (!UnixFile.isKnown(made)) {
      return;
    }
    if (UnixFile.ownUid() == UnixFile.ROOT) {
      copyOwner(directory, made, "unix:uid");
      copyOwner(directory, made, "unix:gid");
    }
    copyPermissions(directory, made);
  }

  /** A file does not get the right to search, which is that to run it. */
  private static void copyPermissions(Path model, Path made) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    permissions.addAll(Files.getPosixFilePermissions(model, LinkOption.NOFOLLOW_LINKS));
    if (Files.isDirectory(model) && !Files.isDirectory(made)) {
      permissions.removeAll(SEARCH);
    }
    Files.setPosixFilePermissions(made, permissions);
  }

  private static void copyOwner(Path model, Path made, String attribute) throws IOException {
    Object wanted = Files.getAttribute(model, attribute, LinkOption.NOFOLLOW_LINKS);
    if (wanted.equals(Files.getAttribute(made, attribute, LinkOption.NOFOLLOW_LINKS))) {
      return;
    }
    try {
      Files.setAttribute(made, attribute, wanted, LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException e) {
      FileSystemException refused =
          new FileSystemException(
              model.toString(),
              null,
              "has an owner and group that its new content could not be given ("
                  + attribute
                  + " "
                  + wanted
                  + "); run this as its owner");
      refused.initCause(e);
      throw refused;
    }
  }
}
