package dev.e2ee.rotation;

import dev.e2ee.internal.file.DurableFile;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code .e2ee} in a directory of records: 64 files that writers lock, and the temp
 * files of those at work. A temp file is its writer's as long as the lock that it is named after is
 * held; without that it is left over from one that was killed.
 */
final class DirectoryLocks {
  private static final int COUNT = 64;
  private static final String FOLDER = ".e2ee";
  private static final Pattern STAGED = Pattern.compile("\\.e2ee-[0-9a-f]{16}");
  private static final Pattern TEMP = Pattern.compile("temp-([0-9a-f]{2})-[0-9a-f]{16}");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;

  /** Which folder it is, where the system tells; another one in its place has another key. */
  private final @Nullable Object identity;

  private DirectoryLocks(Path folder) throws IOException {
    this.folder = folder;
    this.identity = identity(folder);
  }

  private static @Nullable Object identity(Path folder) throws IOException {
    return Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** Those of a directory, made when they are not there. */
  static DirectoryLocks in(Path root) throws IOException {
    Path folder = root.resolve(FOLDER);
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      make(root, folder);
    }
    return new DirectoryLocks(folder);
  }

  /** It appears with all its files, and belongs to whom the directory belongs. */
  private static void make(Path root, Path folder) throws IOException {
    Path staged = root.resolve(FOLDER + "-" + DurableFile.randomHex());
    Files.createDirectory(staged);
    for (int i = 0; i < COUNT; i++) {
      Path file = staged.resolve(lockName(i));
      DurableFile.writeNew(file, new byte[0]);
      FileOwnership.copyFolder(root, file);
    }
    FileOwnership.copyFolder(root, staged);
    try {
      Files.move(staged, folder, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.forceDirectoryOf(folder);
    } catch (FileSystemException e) {
      remove(staged);
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      } // else somebody else was first
    }
  }

  private static void remove(Path staged) throws IOException {
    for (int i = 0; i < COUNT; i++) {
      Files.deleteIfExists(staged.resolve(lockName(i)));
    }
    Files.delete(staged);
  }

  private static String lockName(int number) {
    return "lock-" + HexFormat.of().toHexDigits((byte) number);
  }

  /**
   * Does nothing in the directory that was opened.
   *
   * @throws IOException when it is gone, or another one is in its place: it would look as if its
   *     records had been deleted
   */
  void requireThere() throws IOException {
    Object now;
    try {
      now = identity(folder);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw notThere(e);
    }
    if (!Objects.equals(now, identity)) {
      throw notThere(null);
    }
  }

  private IOException notThere(@Nullable IOException cause) {
    return new IOException(
        folder.getParent()
            + " is gone, or another directory is in its place; see to it, and open the store anew",
        cause);
  }

  /**
   * Does nothing for a directory that is in none with locks.
   *
   * @throws IOException when one above has locks: who writes there, the records here among them,
   *     holds those
   */
  static void requireNoneAbove(Path root) throws IOException {
    for (Path above = root.getParent(); above != null; above = above.getParent()) {
      if (hasLocks(above)) {
        throw new IOException(
            above.resolve(FOLDER)
                + " holds the locks of those who write the records of "
                + above
                + ", of which "
                + root
                + " is a part: take "
                + above
                + " as a whole. When no program but a rotation has ever used it so, delete "
                + above.resolve(FOLDER));
      }
    }
  }

  private static boolean hasLocks(Path directory) {
    Path first = directory.resolve(FOLDER).resolve(lockName(0));
    return Files.exists(first, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Does nothing for a directory below that of the records.
   *
   * @throws IOException when it has locks of its own: who writes there holds those, and would be
   *     overtaken by who holds other ones
   */
  static void requireNoneIn(Path below) throws IOException {
    if (hasLocks(below)) {
      Path folder = below.resolve(FOLDER);
      throw new IOException(
          folder
              + " holds the locks of those who write the records of "
              + below
              + ", who do not see the locks of a directory above: take "
              + below
              + " by itself, without a .e2ee above it. When no program but a rotation has ever used it"
              + " so, delete "
              + folder);
    }
  }

  /** Whether a path in a directory of records is none of them, but in a folder of this class. */
  static boolean isOurs(Path root, Path path) {
    String first = root.relativize(path).getName(0).toString();
    return first.equals(FOLDER) || STAGED.matcher(first).matches();
  }

  /** The number of a record's lock. */
  private static int number(String id) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      return (hash.digest(id.getBytes(StandardCharsets.UTF_8))[0] & 0xff) % COUNT;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The right to change a record.
   *
   * @throws IOException when another writer does not give it back within a minute
   */
  Held of(String id) throws IOException {
    try {
      return new Held(lock(number(id), PATIENCE), newTemp(id));
    } catch (NoSuchFileException e) {
      throw new IOException(folder + " is gone; open the store anew, which makes it", e);
    } catch (CustodyException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private ExclusiveLock lock(int number, Duration patience) throws IOException {
    Path file = folder.resolve(lockName(number));
    return ExclusiveLock.of(
        file, DirectoryLocks::openLock, Deadline.after(patience), "the holder of " + file);
  }

  private static FileChannel openLock(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * The right to change a record, until it is closed.
   *
   * @param temp a file that only its holder writes
   */
  record Held(ExclusiveLock lock, Path temp) implements AutoCloseable {
    /** Puts new bytes in the place of a record. */
    void write(Path record, byte[] bytes) throws IOException {
      try {
        DurableFile.writeNew(temp, bytes);
        FileOwnership.copy(record, temp);
        DurableFile.move(temp, record);
      } finally {
        Files.deleteIfExists(temp);
      }
    }

    /** Deletes a record. */
    boolean delete(Path record) throws IOException {
      return DurableFile.delete(record);
    }

    @Override
    public void close() {
      lock.close();
    }
  }

  private Path newTemp(String id) {
    String number = HexFormat.of().toHexDigits((byte) number(id));
    return folder.resolve("temp-" + number + "-" + DurableFile.randomHex());
  }

  /** Deletes the temp files of writers that were killed. */
  void sweep() throws IOException {
    List<Path> temps = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "temp-*")) {
      entries.forEach(temps::add);
    }
    for (Path temp : temps) {
      Matcher name = TEMP.matcher(temp.getFileName().toString());
      if (name.matches()) {
        sweep(temp, HexFormat.fromHexDigits(name.group(1)));
      }
    }
  }

  private void sweep(Path temp, int number) throws IOException {
    try (Held held = new Held(lock(number, Duration.ZERO), temp)) {
      boolean unused = held.delete(temp);
    } catch (CustodyException e) {
      // A writer is at work; whoever opens the store next tries again.
    }
  }
}
