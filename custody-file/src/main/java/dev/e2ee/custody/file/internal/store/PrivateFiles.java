package dev.e2ee.custody.file.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files that only their owner can read, replaced as a whole: temp file in the same directory,
 * force, atomic move, force of the directory. [keyfile-31]
 */
final class PrivateFiles {
  private static final String TEMP_SUFFIX = ".e2ee-tmp";

  private final Path directory;
  private final String tempPrefix;
  private final SecureRandom random = new SecureRandom();

  /** For the files that belong to one key file. */
  PrivateFiles(Path keyFile) {
    this.directory = keyFile.resolveSibling(".");
    this.tempPrefix = "." + keyFile.getFileName() + ".";
  }

  void write(Path target, byte[] content) {
    byte[] name = new byte[8];
    random.nextBytes(name);
    Path temp = target.resolveSibling(tempPrefix + HexFormat.of().formatHex(name) + TEMP_SUFFIX);
    boolean moved = false;
    try {
      try (FileChannel out =
          FileChannel.open(
              temp,
              options(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              ownerOnly(target))) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      moved = true;
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory();
    } catch (IOException e) {
      deleteQuietly(temp);
      throw IoErrors.of("writing", target, e, moved);
    }
  }

  private void forceDirectory() throws IOException {
    if (Permissions.known(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Temp files of writers that were killed; those of a writer at work too. */
  List<Path> staleTemps() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, this::isTemp)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      throw IoErrors.of("listing", directory, e, false);
    }
    return found;
  }

  private boolean isTemp(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(tempPrefix)
        && name.substring(tempPrefix.length()).matches("[0-9a-f]{16}\\" + TEMP_SUFFIX);
  }

  /** Deletes them all; to be called under the lock. */
  void sweep() {
    for (Path temp : staleTemps()) {
      try {
        Files.deleteIfExists(temp);
      } catch (IOException e) {
        throw IoErrors.of("deleting the stale", temp, e, false);
      }
    }
  }

  /** The content, or more than {@code most} bytes of it, which tells that it is too long. */
  static byte[] read(Path file, int most, LinkOption... links) throws IOException {
    List<OpenOption> how = new ArrayList<>(List.of(links));
    how.add(StandardOpenOption.READ);
    try (FileChannel in = FileChannel.open(file, Set.copyOf(how))) {
      // A pipe says that it has 0 bytes.
      long expected = in.size() == 0 ? most : in.size();
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(expected, most) + 1);
      int count = 0;
      while (buffer.hasRemaining() && count >= 0) {
        count = in.read(buffer);
      }
      byte[] content = Arrays.copyOf(buffer.array(), buffer.position());
      Arrays.fill(buffer.array(), (byte) 0);
      return content;
    }
  }

  static Set<OpenOption> options(OpenOption... options) {
    return Set.of(options);
  }

  /** Mode 0600 from the start, where there are modes. */
  static FileAttribute<?>[] ownerOnly(Path near) {
    return Permissions.known(near)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  static void closeQuietly(@Nullable FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the descriptor, which is gone even when close reports an error.
    }
  }

  private static void deleteQuietly(Path temp) {
    try {
      Files.deleteIfExists(temp);
    } catch (IOException e) {
      // The next writer sweeps it; the first error is the one to report.
    }
  }
}
