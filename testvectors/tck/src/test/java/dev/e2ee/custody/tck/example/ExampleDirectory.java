package dev.e2ee.custody.tck.example;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The directory: {@code store} with the wrapped store key, {@code tries} with the number of
 * passphrases tried, {@code locked} as long as an administrator allows nobody to unlock it, a file
 * for each generation. A change is made by one writer at a time and is a new file, which is there
 * as a whole or not at all.
 */
final class ExampleDirectory {
  static final String LOCKED = "locked";
  private static final String STORE = "store";
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Path directory;
  private final Duration limit;

  ExampleDirectory(Path directory, Duration limit) {
    this.directory = directory;
    this.limit = limit;
  }

  /** That there is a store that may be used. */
  void check() {
    io(
        Kind.MISSING,
        () -> {
          if (!Files.isRegularFile(directory.resolve(STORE))) {
            throw new CustodyException(Kind.MISSING, "there is no store in " + directory);
          }
          requireMine();
          return true;
        });
  }

  private void requireMine() throws IOException {
    if (Files.getPosixFilePermissions(directory).stream().anyMatch(OTHERS::contains)) {
      throw new CustodyException(
          Kind.DENIED, "others can use " + directory + ": chmod 700 " + directory);
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  /** A directory that is gone is no empty one. */
  private <T> T io(Kind gone, Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      Kind kind = Files.isDirectory(directory) ? Kind.TRANSIENT : gone;
      throw new CustodyException(kind, "cannot get at " + directory + "; look after the disk", e);
    }
  }

  /** Whether its administrator has locked it. */
  boolean isLocked() {
    return Files.exists(directory.resolve(LOCKED));
  }

  byte[] readStore() {
    return io(Kind.REMOVED, () -> Files.readAllBytes(directory.resolve(STORE)));
  }

  void countTry() {
    io(
        Kind.REMOVED,
        () ->
            Files.writeString(
                directory.resolve("tries"),
                "x",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND));
  }

  /** All generations, by name and number. */
  List<ExampleRow> rows() {
    return io(
        Kind.REMOVED,
        () -> {
          requireMine();
          List<ExampleRow> rows = new ArrayList<>();
          try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
              if (file.toString().endsWith(".key")) {
                rows.add(ExampleRow.parse(Files.readString(file), retired(file)));
              }
            }
          }
          rows.sort(Comparator.comparing(ExampleRow::name).thenComparing(ExampleRow::generation));
          return rows;
        });
  }

  /** A generation that was found before. */
  ExampleRow again(ExampleRow row) {
    return io(
        Kind.REMOVED,
        () -> {
          Path file = directory.resolve(row.fileName());
          return ExampleRow.parse(Files.readString(file), retired(file));
        });
  }

  /** Whether it is the newest one of its name. */
  boolean isNewest(ExampleRow row) {
    return !Files.exists(directory.resolve(row.next().fileName()));
  }

  private static boolean retired(Path key) {
    return Files.exists(key.resolveSibling(key.getFileName() + ".retired"));
  }

  /** The newest generation of a name. */
  Optional<ExampleRow> newest(String name) {
    return rows().stream()
        .filter(row -> row.name().equals(name))
        .max(Comparator.comparing(ExampleRow::generation));
  }

  void add(ExampleRow row) {
    write(row.fileName(), row.text());
  }

  void retire(ExampleRow row) {
    write(row.fileName() + ".retired", "");
  }

  private void write(String name, String text) {
    io(
        Kind.REMOVED,
        () -> {
          Path temp = Files.createTempFile(directory, "new-", ".tmp");
          Files.writeString(temp, text, StandardOpenOption.DSYNC);
          return Files.move(temp, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        });
  }

  /** Does something as the only writer; waits for others as long as the deadline allows. */
  <T> T alone(Supplier<T> work) {
    long end = System.nanoTime() + limit.toNanos();
    return io(
        Kind.REMOVED,
        () -> {
          try (FileChannel channel =
                  FileChannel.open(
                      directory.resolve("lock"),
                      StandardOpenOption.CREATE,
                      StandardOpenOption.WRITE);
              FileLock lock = locked(channel, end)) {
            if (!lock.isValid()) {
              throw new IOException("the lock is not valid");
            }
            return work.get();
          }
        });
  }

  private FileLock locked(FileChannel channel, long end) throws IOException {
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // Another thread of this process has it.
      }
      if (System.nanoTime() > end) {
        throw new CustodyException(Kind.TIMEOUT, "another writer holds " + directory);
      }
      Thread.onSpinWait();
    }
  }
}
