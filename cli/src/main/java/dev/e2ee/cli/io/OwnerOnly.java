package dev.e2ee.cli.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and directories that nobody but their owner can read, where the system has such modes. */
public final class OwnerOnly {
  private OwnerOnly() {}

  /** The attributes of a new file: mode 0600. */
  public static FileAttribute<?>[] file(Path file) {
    return mode(file, "rw-------");
  }

  /** The attributes of a new directory: mode 0700. */
  public static FileAttribute<?>[] directory(Path directory) {
    return mode(directory, "rwx------");
  }

  /** Makes a directory and its parents with mode 0700; one that is there stays as it is. */
  public static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, directory(directory));
    }
  }

  private static FileAttribute<?>[] mode(Path path, String mode) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }
}
