package dev.e2ee.benchmarks.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A directory of its own for the files and keys of a run; gone when closed. */
public final class Workplace implements AutoCloseable {
  private static final int PIECE = 1 << 20;
  private static final long SYNC_MINUTES = 10;

  private final Path directory;

  /** In this directory. */
  public Workplace(Path parent) throws IOException {
    this.directory = Files.createTempDirectory(parent, "e2ee-benchmarks-");
  }

  /** The kind of file system that it is on, such as tmpfs. */
  String kind() throws IOException {
    return Files.getFileStore(directory).type();
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  /** A file in it. */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /** Makes a file of this many bytes that do not compress. */
  Path plaintext(String name, long size) throws IOException {
    Path file = file(name);
    byte[] piece = new byte[PIECE];
    Random random = new Random(size);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(piece.length, left));
      }
    }
    return file;
  }

  /** Brings a file into the page cache, and what others wrote before out to the disk. */
  void prepare(Path file) throws IOException, InterruptedException {
    Process sync =
        new ProcessBuilder(List.of("sync", "-f", directory.toString())).inheritIO().start();
    if (!sync.waitFor(SYNC_MINUTES, TimeUnit.MINUTES) || sync.exitValue() != 0) {
      throw new IOException("sync -f " + directory + " failed");
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      while (in.read(buffer) >= 0) {
        buffer.clear();
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
