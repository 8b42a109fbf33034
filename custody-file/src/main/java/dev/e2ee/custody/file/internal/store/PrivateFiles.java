package dev.e2ee.custody.file.internal.store;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that only their owner can read, replaced as a whole: temp file in the same directory,
 * force, atomic move, force of the directory. [keyfile-31]
 */
final class PrivateFiles {
  private static final String TEMP_SUFFIX = ".e2ee-tmp";
  private static final Pattern TEMP_NAME =
      Pattern.compile("([0-9a-f]{8}\\.slotkey\\.)?[0-9a-f]{16}\\" + TEMP_SUFFIX);

  private final Path directory;
  private final String tempPrefix;
  private final SecureRandom random = new SecureRandom();

  /** For the files that belong to one key file. */
  PrivateFiles(Path keyFile) {
    this.directory = keyFile.resolveSibling(".");
    this.tempPrefix = "." + keyFile.getFileName() + ".";
  }

  /** Puts a content in the place of the one that is there. */
  void replace(Path target, byte[] content) {
    Path temp = newTemp(target);
    boolean moved = false;
    try {
      writeNew(temp, content);
      moved = true;
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory();
    } catch (IOException e) {
      deleteQuietly(temp);
      throw IoErrors.of("writing", target, e, moved);
    }
  }

  /** Makes a file that appears with its whole content; of several who try, one wins. */
  void create(Path target, byte[] content) {
    Path temp = newTemp(target);
    boolean placed = false;
    try {
      writeNew(temp, content);
      place(temp, target);
      placed = true;
      Files.deleteIfExists(temp);
      forceDirectory();
    } catch (FileAlreadyExistsException e) {
      deleteQuietly(temp);
      throw taken(target, e);
    } catch (IOException e) {
      deleteQuietly(temp);
      throw IoErrors.of("writing", target, e, placed);
    }
  }

  /** A rename would overwrite what somebody else puts there meanwhile; a link does not. */
  private static void place(Path temp, Path target) throws IOException {
    try {
      Files.createLink(target, temp);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without hard links: an empty file takes the place first.
      Files.createFile(target, UnixFile.ownerOnly(target));
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Makes a file for a secret without a temp file, which would be one more copy of it to find after
   * a crash. A torn one opens nothing: the slot is written after it.
   */
  void createSecret(Path target, byte[] content) {
    boolean made = false;
    try {
      writeNew(target, content);
      made = true;
      forceDirectory();
    } catch (FileAlreadyExistsException e) {
      throw taken(target, e);
    } catch (IOException e) {
      if (made) {
        deleteQuietly(target);
      }
      throw IoErrors.of("writing", target, e, false);
    }
  }

  static CustodyException taken(Path target, @Nullable IOException cause) {
    return new CustodyException(
        Kind.CONFLICT,
        target + " exists already and is not overwritten; choose another path",
        cause);
  }

  private Path newTemp(Path target) {
    byte[] name = new byte[8];
    random.nextBytes(name);
    return target.resolveSibling(tempPrefix + HexFormat.of().formatHex(name) + TEMP_SUFFIX);
  }

  private static void writeNew(Path path, byte[] content) throws IOException {
    FileChannel opened =
        FileChannel.open(
            path,
            options(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            UnixFile.ownerOnly(path));
    boolean written = false;
    try (FileChannel out = opened) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
      written = true;
    } finally {
      if (!written) {
        deleteQuietly(path);
      }
    }
  }

  private void forceDirectory() throws IOException {
    if (UnixFile.isKnown(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * Temp files of writers that were killed; those of a writer at work too. None when the directory
   * cannot be listed: nobody is kept from his keys by what is to be tidied up.
   */
  List<Path> staleTemps() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, this::isTemp)) {
      entries.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return found;
  }

  /** Also the temp of a slot key, which earlier builds made. */
  private boolean isTemp(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(tempPrefix)
        && TEMP_NAME.matcher(name.substring(tempPrefix.length())).matches()
        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Deletes those that can be deleted; to be called under the lock. */
  void sweep() {
    staleTemps().forEach(PrivateFiles::deleteQuietly);
  }

  /** How many temp files are links to a file: one, when its creator was killed at the end. */
  int tempLinks(Path file) throws IOException {
    int count = 0;
    for (Path temp : staleTemps()) {
      if (Files.isSameFile(temp, file)) {
        count++;
      }
    }
    return count;
  }

  static Set<OpenOption> options(OpenOption... options) {
    return Set.of(options);
  }

  static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The next writer tries again with a temp; the first error is the one to report.
    }
  }
}
