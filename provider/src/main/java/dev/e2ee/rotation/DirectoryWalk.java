package dev.e2ee.rotation;

import dev.e2ee.internal.file.DurableFile;
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
 * directory on each level, as they were when it came there. What is gone since then was deleted
 * only as long as the directory itself is there: each time that is looked at, and at the end.
 */
final class DirectoryWalk implements RecordStore.Ids {
  private final Path root;
  private final DirectoryLocks locks;
  private final Deque<Level> levels = new ArrayDeque<>();

  /** Those whose names are all in a page, to be forced when that was settled. */
  private final List<Path> listed = new ArrayList<>();

  /**
   * Begins behind an id.
   *
   * @param after null for the beginning
   */
  DirectoryWalk(Path root, DirectoryLocks locks, @Nullable String after) throws IOException {
    this.root = root;
    this.locks = locks;
    List<String> behind = after == null ? List.of() : List.of(after.split("/", -1));
    push(root, "", behind);
    locks.requireThere();
  }

  private void push(Path directory, String prefix, List<String> behind) throws IOException {
    List<String> names;
    try {
      names = Level.names(directory);
    } catch (NoSuchFileException | NotDirectoryException e) {
      locks.requireThere(); // [rotation-14]
      return; // deleted since it was listed, and with it what was in it
    }
    if (!prefix.isEmpty()) {
      DirectoryLocks.requireNoneIn(directory);
    }
    levels.push(Level.of(directory, prefix, names, behind));
  }

  /**
   * What is still to come of a directory.
   *
   * @param prefix of the ids in it
   * @param names sorted
   * @param behind the names of the id to begin behind, from here on; empty for all
   */
  private record Level(Path directory, String prefix, Deque<String> names, List<String> behind) {
    static Level of(Path directory, String prefix, List<String> names, List<String> behind) {
      if (!behind.isEmpty()) {
        names.removeIf(name -> name.compareTo(behind.get(0)) < 0);
      }
      names.sort(null);
      return new Level(directory, prefix, new ArrayDeque<>(names), behind);
    }

    static List<String> names(Path directory) throws IOException {
      List<String> names = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          names.add(nameOf(directory, entry));
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      return names;
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
    forceListed();
    List<String> ids = new ArrayList<>();
    while (ids.size() < most && !levels.isEmpty()) {
      Level level = levels.element();
      String name = level.names.poll();
      if (name == null) {
        listed.add(levels.pop().directory);
      } else if (!DirectoryLocks.isOurs(root, level.directory.resolve(name))) {
        take(level, name, ids);
      }
    }
    if (levels.isEmpty()) {
      locks.requireThere(); // [rotation-14]
    }
    if (ids.isEmpty()) {
      forceListed();
    }
    return ids;
  }

  /**
   * Makes durable what is in the directories whose records were read since: whoever put them there
   * may have been killed before it did so.
   */
  private void forceListed() throws IOException {
    for (Path directory : listed) {
      try {
        DurableFile.forceDirectory(directory); // [rotation-8]
      } catch (NoSuchFileException e) {
        locks.requireThere();
      }
    }
    listed.clear();
  }

  private void take(Level level, String name, List<String> ids) throws IOException {
    Path path = level.directory.resolve(name);
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      locks.requireThere(); // [rotation-14]
      return; // deleted since it was listed
    }
    if (found.isDirectory()) {
      push(path, level.prefix + name + "/", level.behindIn(name));
    } else if (level.isBehind(name)) {
      ids.add(level.prefix + name);
    }
  }

  @Override
  public void close() {
    levels.clear();
  }
}
