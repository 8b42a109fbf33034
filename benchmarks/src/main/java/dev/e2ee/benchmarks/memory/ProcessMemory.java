package dev.e2ee.benchmarks.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All memory of a process of Linux, which is stopped meanwhile, in which keys are looked for. */
final class ProcessMemory {
  private static final int PIECE = 1 << 22;

  private final Map<KeyKind, Integer> found = new EnumMap<>(KeyKind.class);
  private final FileChannel memory;
  private final KeySearch search;

  private ProcessMemory(FileChannel memory, KeySearch search) {
    this.memory = memory;
    this.search = search;
  }

  /**
   * Looks for keys in the process of this number.
   *
   * @return how many copies there are of each kind
   * @throws IOException also when the system does not let this process read that one
   */
  static Map<KeyKind, Integer> search(long process, KeySearch search)
      throws IOException, InterruptedException {
    Path directory = Path.of("/proc", Long.toString(process));
    signal("-STOP", process);
    while (!Files.readString(directory.resolve("stat")).contains(") T ")) {
      Thread.sleep(1); // until the last of its threads has stopped
    }
    try {
      return searchStopped(directory, search);
    } finally {
      signal("-CONT", process);
    }
  }

  private static void signal(String name, long process) throws IOException, InterruptedException {
    List<String> kill = List.of("kill", name, Long.toString(process));
    if (new ProcessBuilder(kill).inheritIO().start().waitFor() != 0) {
      throw new IOException("cannot stop or continue process " + process);
    }
  }

  private static Map<KeyKind, Integer> searchStopped(Path directory, KeySearch search)
      throws IOException {
    List<String> maps = Files.readAllLines(directory.resolve("maps"));
    try (FileChannel memory = FileChannel.open(directory.resolve("mem"))) {
      ProcessMemory all = new ProcessMemory(memory, search);
      for (String map : maps) {
        all.searchIn(map);
      }
      return all.found;
    }
  }

  /** A line such as {@code 7f00-7fff rw-p 00000000 00:00 0 [stack]}. */
  private void searchIn(String map) throws IOException {
    String[] words = map.split(" +", 3);
    if (!words[1].startsWith("rw")) {
      return; // what cannot be written holds no key
    }
    int dash = words[0].indexOf('-');
    long end = Long.parseUnsignedLong(words[0].substring(dash + 1), 16);
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    long at = Long.parseUnsignedLong(words[0].substring(0, dash), 16);
    while (at + KeySearch.LENGTH <= end) {
      piece.clear().limit((int) Math.min(PIECE, end - at));
      while (piece.hasRemaining() && memory.read(piece, at + piece.position()) > 0) {
        // until the piece is there
      }
      piece.flip();
      if (piece.limit() < KeySearch.LENGTH) {
        throw new IOException("memory that cannot be read: " + map);
      }
      search.in(piece, (place, kind) -> found.merge(kind, 1, Integer::sum));
      at += piece.limit() - KeySearch.LENGTH + 1;
    }
  }
}
