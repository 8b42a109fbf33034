package dev.e2ee.cli.io;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears under its name only when it is complete: written beside it under a name of
 * its own with mode 0600, forced to disk, then moved. Closing without a move leaves nothing.
 *
 * <p>The writer holds a lock on the unfinished file, so that {@link #sweep} can tell one that a
 * killed process left from one that is being written.
 */
public final class PendingFile implements AutoCloseable {
  private static final String PREFIX = ".e2ee-";
  private static final String SUFFIX = ".tmp";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path temporary;
  private final FileChannel channel;
  private final AtExit atExit;

  private PendingFile(Path temporary, FileChannel channel, AtExit atExit) {
    this.temporary = temporary;
    this.channel = channel;
    this.atExit = atExit;
  }

  /**
   * Removes the unfinished file when the JVM is told to end in the middle. It is there before the
   * file is, and no file comes after it has run.
   */
  private static final class AtExit extends Thread {
    private final Path temporary;
    private boolean ended;

    AtExit(Path temporary) {
      super("unfinished-file");
      this.temporary = temporary;
    }

    /** Makes the file; while the JVM is ending this never returns. */
    FileChannel create(Path directory) throws IOException {
      try {
        Runtime.getRuntime().addShutdownHook(this);
      } catch (IllegalStateException e) {
        throw atTheEnd();
      }
      synchronized (this) {
        if (!ended) {
          try {
            return opened(temporary, directory);
          } catch (IOException | RuntimeException e) {
            forget();
            throw e;
          }
        }
      }
      throw atTheEnd();
    }

    /** There is nothing more to do, and nothing to tell: the JVM ends this thread. */
    private static InterruptedIOException atTheEnd() {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new InterruptedIOException("the program is ending");
    }

    @Override
    public void run() {
      synchronized (this) {
        ended = true;
        try {
          Files.deleteIfExists(temporary);
        } catch (IOException e) {
          // The next run that writes here sweeps it away.
        }
      }
    }

    void forget() {
      try {
        Runtime.getRuntime().removeShutdownHook(this);
      } catch (IllegalStateException e) {
        // The JVM is ending, and the hook does the same.
      }
    }
  }

  /** Starts a file in the directory where it will appear. */
  public static PendingFile start(Path directory) throws IOException {
    byte[] name = new byte[8];
    RANDOM.nextBytes(name);
    Path temporary = directory.resolve(PREFIX + HexFormat.of().formatHex(name) + SUFFIX);
    AtExit atExit = new AtExit(temporary);
    PendingFile pending = new PendingFile(temporary, atExit.create(directory), atExit);
    boolean done = false;
    try {
      FileLock unused = pending.channel.lock();
      done = true;
      return pending;
    } finally {
      if (!done) {
        pending.close();
      }
    }
  }

  /** Starts a file with this content. */
  public static PendingFile write(Path directory, byte[] content) throws IOException {
    PendingFile pending = start(directory);
    boolean done = false;
    try {
      pending.append(content, content.length);
      done = true;
      return pending;
    } finally {
      if (!done) {
        pending.close();
      }
    }
  }

  private static FileChannel opened(Path temporary, Path directory) throws IOException {
    try {
      return FileChannel.open(
          temporary,
          Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
          OwnerOnly.file(temporary));
    } catch (AccessDeniedException e) {
      throw new Failure(
          Exit.IO,
          "cannot write in the directory " + directory + ": permission denied",
          "Check its permissions, or choose another directory.",
          e);
    }
  }

  /** The unfinished file, for setting its attributes. */
  public Path path() {
    return temporary;
  }

  /** Writes the first {@code length} of these bytes behind what is there. */
  public void append(byte[] bytes, int length) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  /**
   * What was written, from the start. Through another descriptor it must not be read in this
   * process: closing that would end the lock.
   */
  public InputStream reading() throws IOException {
    InputStream all = Channels.newInputStream(channel.position(0));
    return new FilterInputStream(all) {
      @Override
      public void close() {
        // The file stays open for its name.
      }
    };
  }

  /** Takes the content, which is forced to disk before the file gets its name. */
  public FileChannel channel() {
    return channel;
  }

  /** How many bytes it has by now. */
  public long length() throws IOException {
    return channel.position();
  }

  /** Gives the file its name, in place of whatever has it. */
  public void replace(Path target) throws IOException {
    channel.force(true);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    forceParentOf(target);
  }

  /**
   * Gives the file a name that nothing has.
   *
   * @throws FileAlreadyExistsException when something has it; that is left as it is
   */
  public void create(Path target) throws IOException {
    channel.force(true);
    if (!linked(target)) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
    forceParentOf(target);
  }

  /** A hard link is the one way to give a name that fails when the name is taken. */
  private boolean linked(Path target) throws IOException {
    try {
      Files.createLink(target, temporary);
      Files.deleteIfExists(temporary); // it may be gone: the JVM may be ending
      return true;
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return false;
    }
  }

  /** Forces what happened to names in a file's directory to disk. */
  public static void forceParentOf(Path target) throws IOException {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return; // there a directory cannot be opened
    }
    try (FileChannel directory = FileChannel.open(parentOf(target), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** The directory that a file is in. */
  public static Path parentOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /** Whether a file is an unfinished one, by its name. */
  public static boolean isOne(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  /** Removes the unfinished files that killed processes have left in a directory, where it may. */
  public static void sweep(Path directory) throws IOException {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(directory, PREFIX + "????????????????" + SUFFIX)) {
      for (Path file : left) {
        sweepOne(file);
      }
    }
  }

  private static void sweepOne(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(file)) {
      return;
    }
    try (FileChannel opened = FileChannel.open(file, StandardOpenOption.WRITE)) {
      @Nullable FileLock mine = opened.tryLock();
      if (mine != null) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Removes the unfinished file, if it was not given its name. */
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(temporary);
      channel.close();
    } finally {
      atExit.forget();
    }
  }
}
