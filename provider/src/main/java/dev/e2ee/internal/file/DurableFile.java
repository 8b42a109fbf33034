package dev.e2ee.internal.file;

import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * Files that are replaced as a whole and are there after a loss of power: temp file, force, atomic
 * move, force of the directory.
 */
public final class DurableFile {
  private static final String SUFFIX = ".e2ee-tmp";
  private static final int RANDOM_DIGITS = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private DurableFile() {}

  /** Puts a content in a file's place, readable by its owner only. */
  public static void write(Path target, byte[] content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path temp = absolute.resolveSibling(tempPrefix(absolute) + randomHex() + SUFFIX);
    try {
      writeNew(temp, content);
      move(temp, absolute);
    } finally {
      Files.deleteIfExists(temp);
    }
  }

  private static String tempPrefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  /** Deletes what writers of this file left who were killed; to be called under their lock. */
  public static void sweep(Path target) throws IOException {
    String prefix = tempPrefix(target);
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            target.resolveSibling("."), file -> isTemp(file.getFileName().toString(), prefix))) {
      for (Path temp : left) {
        Files.deleteIfExists(temp);
      }
    }
  }

  private static boolean isTemp(String name, String prefix) {
    return name.length() == prefix.length() + RANDOM_DIGITS + SUFFIX.length()
        && name.startsWith(prefix)
        && name.endsWith(SUFFIX);
  }

  /** 16 digits that no other writer has. */
  public static String randomHex() {
    byte[] name = new byte[RANDOM_DIGITS / 2];
    RANDOM.nextBytes(name);
    return HexFormat.of().formatHex(name);
  }

  /** A new file with this content, readable by its owner only, and forced. */
  public static void writeNew(Path path, byte[] content) throws IOException {
    FileAttribute<?>[] owner = UnixFile.ownerOnly(path);
    try (FileChannel out =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            owner)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
    }
  }

  /** Puts a forced file in the place of another one, for good. */
  public static void move(Path temp, Path target) throws IOException {
    Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
    forceDirectoryOf(target);
  }

  /** Deletes a file for good, where it is there. */
  public static boolean delete(Path target) throws IOException {
    boolean was = Files.deleteIfExists(target);
    forceDirectoryOf(target.toAbsolutePath());
    return was;
  }

  /** Makes the entry of a file in its directory durable, where a directory can be opened. */
  public static void forceDirectoryOf(Path file) throws IOException {
    Path directory = file.getParent();
    if (directory != null) {
      forceDirectory(directory);
    }
  }

  /** Makes the entries of a directory durable, where it can be opened. */
  public static void forceDirectory(Path directory) throws IOException {
    if (UnixFile.isKnown(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
