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
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * Files that are there with their whole content, or with the one before: a temp file in the same
 * directory, force, atomic move, force of the directory.
 */
public final class WholeFile {
  private static final String SUFFIX = ".e2ee-tmp";
  private static final int RANDOM_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private WholeFile() {}

  /**
   * Puts a content in the place of the one that is there, durable when it returns. The file can be
   * read by its owner only.
   */
  public static void replace(Path target, byte[] content) throws IOException {
    byte[] name = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(name);
    Path temp =
        target.resolveSibling(
            "." + target.getFileName() + "." + HexFormat.of().formatHex(name) + SUFFIX);
    try {
      writeNew(temp, content);
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temp);
    }
    forceDirectory(target.resolveSibling("."));
  }

  private static void writeNew(Path path, byte[] content) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            UnixFile.ownerOnly(path))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
    }
  }

  private static void forceDirectory(Path directory) throws IOException {
    if (UnixFile.isKnown(directory)) { // elsewhere a directory cannot be opened
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Deletes what writers of this file left who were killed; to be called under their lock. */
  public static void sweep(Path target) throws IOException {
    String prefix = "." + target.getFileName() + ".";
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            target.resolveSibling("."),
            file -> isTemp(String.valueOf(file.getFileName()), prefix))) {
      for (Path temp : left) {
        Files.deleteIfExists(temp);
      }
    }
  }

  private static boolean isTemp(String name, String prefix) {
    return name.length() == prefix.length() + 2 * RANDOM_BYTES + SUFFIX.length()
        && name.startsWith(prefix)
        && name.endsWith(SUFFIX);
  }
}
