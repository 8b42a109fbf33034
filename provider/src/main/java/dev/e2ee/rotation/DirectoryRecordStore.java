package dev.e2ee.rotation;

import dev.e2ee.internal.file.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records as files in a directory and those below it; a record's id is its path from there, with
 * {@code /} between the names. Safe for use by many threads and many processes.
 *
 * <p>Readers may read the files as they like: a file is replaced by a rename, and always whole.
 * Whoever changes or deletes files while a rotation runs does so by an object of this class, or
 * holds the record's lock: an exclusive lock of the operating system ({@code fcntl}, the whole
 * file) on {@code .e2ee/lock-NN} in the directory, NN being the first byte of SHA-256 of the id in
 * UTF-8, modulo 64, as two hex digits. Every file but those in {@code .e2ee}, and in {@code .e2ee-}
 * with 16 hex digits behind it, is taken for a record. A directory below with such a {@code .e2ee}
 * of its own is not listed: who writes there holds other locks.
 *
 * <p>Nothing outside the directory is reached: names such as {@code ..} are no ids, symbolic links
 * are refused, and reported, rather than followed. That holds against names, not against somebody
 * who can rename directories here at the same moment. A new content keeps the owner, group and
 * permissions of the old one, and not its extended attributes. The directory is one file system.
 */
public final class DirectoryRecordStore implements RecordStore {
  /** The longest record in bytes, unless another bound is given: 64 MiB. */
  public static final int LONGEST = 64 << 20;

  private final Path root;
  private final int longest;
  private final DirectoryLocks locks;

  private DirectoryRecordStore(Path root, int longest, DirectoryLocks locks) {
    this.root = root;
    this.longest = longest;
    this.locks = locks;
  }

  /**
   * The records of a directory; deletes what writers that were killed have left in {@code .e2ee}.
   *
   * @throws IOException when it is not there, or cannot be written
   */
  public static DirectoryRecordStore open(Path directory) throws IOException {
    return open(directory, LONGEST);
  }

  /**
   * The same, with records of up to so many bytes. Each thread of a rotation needs some four times
   * as much memory.
   *
   * @throws IllegalArgumentException for a number below 1
   */
  public static DirectoryRecordStore open(Path directory, int longest) throws IOException {
    if (longest < 1) {
      throw new IllegalArgumentException("a record has 1 byte and more");
    }
    Path root = directory.toRealPath();
    DirectoryLocks.requireNoneAbove(root);
    DirectoryLocks locks = DirectoryLocks.in(root);
    DirectoryLocks.requireNoneAbove(root); // who makes them there at this moment sees these
    locks.sweep();
    return new DirectoryRecordStore(root, longest, locks);
  }

  @Override
  public String name() {
    return "the directory " + root;
  }

  /** A file is replaced in one moment. */
  @Override
  public Mark mark() {
    return Mark.PAST;
  }

  @Override
  public Ids idsAfter(@Nullable String after) throws IOException {
    return new DirectoryWalk(root, locks, after);
  }

  /**
   * The file of a record, whether or not it is there.
   *
   * @throws IllegalArgumentException for what is no id here
   */
  private Path path(String id) {
    Path path = root;
    for (String name : id.split("/", -1)) {
      path = child(path, name, id);
    }
    if (DirectoryLocks.isOurs(root, path)) {
      throw noId(id);
    }
    return path;
  }

  private static Path child(Path parent, String name, String id) {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw noId(id);
    }
    try {
      Path child = parent.resolve(name);
      if (!parent.equals(child.getParent()) || !child.endsWith(name)) {
        throw noId(id);
      }
      return child;
    } catch (InvalidPathException e) {
      throw noId(id);
    }
  }

  private static IllegalArgumentException noId(String id) {
    return new IllegalArgumentException(
        "no id of a record in a directory: '"
            + id
            + "'; it is a path from there, of names with / between them, none of them . or .. or"
            + " in .e2ee");
  }

  @Override
  public Optional<StoredRecord> read(String id) throws IOException {
    Path path = path(id);
    try {
      byte[] content = content(path);
      return Optional.of(new StoredRecord(content, content));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private byte[] content(Path path) throws IOException {
    checkPlain(path);
    try (FileChannel in =
        FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long size = in.size();
      if (size > longest) {
        throw new FileSystemException(
            path.toString(),
            null,
            "has "
                + size
                + " bytes, over the store's bound of "
                + longest
                + "; open the store"
                + " with a higher one");
      }
      ByteBuffer content = ByteBuffer.allocate((int) size);
      while (content.hasRemaining()) {
        if (in.read(content) < 0) {
          throw new FileSystemException(path.toString(), null, "was cut while it was read");
        }
      }
      return content.array();
    }
  }

  /** Refuses what is no file, and a way to it that leads through a symbolic link. */
  private void checkPlain(Path path) throws IOException {
    for (Path directory : directoriesOf(path)) {
      checkDirectory(directory);
    }
    BasicFileAttributes found = attributes(path);
    if (!found.isRegularFile()) {
      throw refused(path, found, "is not a regular file; take it out of the directory");
    }
  }

  private static void checkDirectory(Path directory) throws IOException {
    BasicFileAttributes found = attributes(directory);
    if (!found.isDirectory()) {
      throw refused(directory, found, "is not a directory, and the id needs one of that name");
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static FileSystemException refused(Path path, BasicFileAttributes found, String why) {
    String link =
        "is a symbolic link, which may lead anywhere, and is not followed; put the file itself"
            + " here, or take the link out of the directory";
    return new FileSystemException(path.toString(), null, found.isSymbolicLink() ? link : why);
  }

  /** Those between the root and a file, the highest first. */
  private List<Path> directoriesOf(Path path) {
    List<Path> directories = new ArrayList<>();
    Path at = root;
    Path way = root.relativize(path);
    for (int i = 0; i < way.getNameCount() - 1; i++) {
      at = at.resolve(way.getName(i));
      directories.add(at);
    }
    return directories;
  }

  /** The right to change a record, of which nobody else has one by other locks. */
  private DirectoryLocks.Held held(String id, Path path) throws IOException {
    for (Path directory : directoriesOf(path)) {
      DirectoryLocks.requireNoneIn(directory);
    }
    return locks.of(id);
  }

  // [rotation-8]
  @Override
  public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
    Path path = path(id);
    try (DirectoryLocks.Held held = held(id, path)) {
      byte[] now = content(path);
      if (!Arrays.equals(now, expected.bytes())) {
        return false;
      }
      held.write(path, fresh);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Writes a record, whatever is there: for the application's writers. Durable when it returns.
   *
   * @throws IllegalArgumentException for what is no id here
   */
  public void put(String id, byte[] bytes) throws IOException {
    Path path = path(id);
    try (DirectoryLocks.Held held = held(id, path)) {
      makeDirectories(path);
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        checkPlain(path);
      }
      held.write(path, bytes);
    }
  }

  private void makeDirectories(Path path) throws IOException {
    for (Path directory : directoriesOf(path)) {
      try {
        Files.createDirectory(directory);
        DurableFile.forceDirectoryOf(directory);
      } catch (FileAlreadyExistsException e) {
        checkDirectory(directory);
      }
    }
  }

  /**
   * Deletes a record: for the application's writers. Durable when it returns.
   *
   * @return whether it was there
   * @throws IllegalArgumentException for what is no id here
   */
  public boolean delete(String id) throws IOException {
    Path path = path(id);
    try (DirectoryLocks.Held held = held(id, path)) {
      checkPlain(path);
      return held.delete(path);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
