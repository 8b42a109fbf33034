package dev.e2ee.cli.journal;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What tells that a file is still the one that was read.
 *
 * @param size in bytes
 * @param modified when it was last written
 * @param identity the file system's name for it, where it has one
 */
public record FileState(long size, FileTime modified, @Nullable Object identity) {

  /** The present state; a symbolic link is itself. */
  public static FileState of(Path file) throws IOException {
    BasicFileAttributes now =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return new FileState(now.size(), now.lastModifiedTime(), now.fileKey());
  }

  /** What to say when the file is another one. */
  public static Failure changed() {
    return new Failure(
        Exit.IO, "the file was changed while it was re-wrapped; it was left as it is", "");
  }

  /** Whether the file has other names (hard links), where the system tells. */
  public static boolean hasOtherNames(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        && Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
            instanceof Integer links
        && links > 1;
  }

  /**
   * Gives a new file the owner, group and permissions of the one that it will replace. Its time
   * stays its own: backups look at it to find what has changed.
   */
  public static void copyOwnership(Path from, Path to) throws IOException {
    PosixFileAttributeView source = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    PosixFileAttributeView target = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (source == null || target == null) {
      return;
    }
    PosixFileAttributes old = source.readAttributes();
    PosixFileAttributes fresh = target.readAttributes();
    if (!old.owner().equals(fresh.owner())) {
      target.setOwner(old.owner());
    }
    if (!old.group().equals(fresh.group())) {
      target.setGroup(old.group());
    }
    target.setPermissions(old.permissions());
  }
}
