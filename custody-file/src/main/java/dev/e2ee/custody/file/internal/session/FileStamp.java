package dev.e2ee.custody.file.internal.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of a file without reading it: enough to see that it was replaced.
 *
 * @param modified in its finest unit
 * @param size in bytes
 * @param fileKey the file system's own number, where it has one
 * @param settled whether the file was old enough when it was looked at: clocks of file systems tick
 *     every 10 ms at the slowest, so two changes within a tick may look the same
 */
record FileStamp(FileTime modified, long size, @Nullable Object fileKey, boolean settled) {
  private static final long TICK_MILLIS = 20;

  /** The stamp of this moment; empty when the file system does not tell, or has no such file. */
  static Optional<FileStamp> of(Path file) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      long age = System.currentTimeMillis() - found.lastModifiedTime().toMillis();
      return Optional.of(
          new FileStamp(
              found.lastModifiedTime(), found.size(), found.fileKey(), age > TICK_MILLIS));
    } catch (IOException e) {
      // Whoever reads the file then gets the error, with its kind.
      return Optional.empty();
    }
  }

  /** Whether the file is surely the one that this stamp was taken of. */
  boolean isOf(Path file) {
    return settled && of(file).filter(this::looksLike).isPresent();
  }

  private boolean looksLike(FileStamp other) {
    return modified.equals(other.modified)
        && size == other.size
        && Objects.equals(fileKey, other.fileKey);
  }
}
