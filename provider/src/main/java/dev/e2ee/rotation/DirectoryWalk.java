package dev.e2ee.rotation;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files below a directory, in the order of the lists of their names. It holds the names of one
 * directory on each level, as they were when it came there.
 */
final class DirectoryWalk implements RecordStore.Ids {
  private final Path root;
  private final Deque<Level> levels = new ArrayDeque<>();

  /**
   * Begins behind an id.
   *
   * @param after null for the beginning
   */
  DirectoryWalk(Path root, @Nullable String after) throws IOException {
    this.root = root;
    List<String> behind = after == null ? List.of() : List.of(after.split("/", -1));
    if (!DirectoryLocks.areIn(root)) { // or it would look empty, and every key free
      throw new IOException(
          root
              + " is gone, or another directory is in its place; see to it, and open the store anew");
    }
    levels.push(Level.of(root, "", behind));
  }

  /**
   * What is still to come of a directory.
   *
   * @param prefix of the ids in it
   * @param names sorted
   * @param behind the names of the id to begin behind, from here on; empty for all
   */
  private record Level(Path directory, String prefix, Deque<String> names, List<String> behind) {
    static Level of(Path directory, String prefix, List<String> behind) throws IOException {
      List<String> names = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          names.add(nameOf(directory, entry));
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      } catch (NoSuchFileException | NotDirectoryException e) {
        // Deleted since it was listed, and with it what was in it.
      }
      if (!behind.isEmpty()) {
        names.removeIf(name -> name.compareTo(behind.get(0)) < 0);
      }
      names.sort(null);
      return new Level(directory, prefix, new ArrayDeque<>(names), behind);
    }

    /** A name that is not read back as the same file would be a record that nobody moves. */
    private static String nameOf(Path directory, Path entry) throws IOException {
      String name = entry.getFileName().toString();
      if (!entry.equals(directory.resolve(name))) {
        throw new IOException(
            "a file name in "
                + directory
                + " cannot be written in this process's character set: "
                + name
                + "; run it with LC_ALL=C.UTF-8, or rename the file");
      }
      return name;
    }

    /** What to begin behind in a directory of this one. */
    List<String> behindIn(String name) {
      return !behind.isEmpty() && name.equals(behind.get(0))
          ? behind.subList(1, behind.size())
          : List.of();
    }

    /** A file is before all that are in a directory of its name, and the same as itself. */
    boolean isBehind(String name) {
      return behind.isEmpty() || !name.equals(behind.get(0));
    }
  }

  @Override
  public List<String> next(int most) throws IOException {
    List<String> ids = new ArrayList<>();
    while (ids.size() < most && !levels.isEmpty()) {
      Level level = levels.element();
      String name = level.names.poll();
      if (name == null) {
        levels.pop();
      } else if (!DirectoryLocks.isOurs(root, level.directory.resolve(name))) {
        take(level, name, ids);
      }
    }
    return ids;
  }

  private void take(Level level, String name, List<String> ids) throws IOException {
    Path path = level.directory.resolve(name);
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return; // deleted since it was listed
    }
    if (found.isDirectory()) {
      levels.push(Level.of(path, level.prefix + name + "/", level.behindIn(name)));
    } else if (level.isBehind(name)) {
      ids.add(level.prefix + name);
    }
  }

  @Override
  public void close() {
    levels.clear();
  }
}
