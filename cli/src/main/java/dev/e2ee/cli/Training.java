package dev.e2ee.cli;

import dev.e2ee.cli.io.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs what people run most, so that the JVM can list the classes for it; the launcher makes a
 * class-data archive of them. Its key lives in a directory that is removed at the end, and never
 * gets into the archive: that is made from the list of names, by a JVM that runs none of this.
 */
final class Training {
  /** Long enough for chunks, and for reading ahead. */
  private static final int LENGTH = 1 << 20;

  private final Path directory;
  private final Surroundings surroundings;

  private Training(Path directory, Surroundings surroundings) {
    this.directory = directory;
    this.surroundings = surroundings;
  }

  /** Ends with exit code 0 when each command did. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createTempDirectory("e2ee-training");
    boolean done;
    try {
      done = new Training(directory, Surroundings.ofProcess()).run();
    } finally {
      remove(directory);
    }
    System.exit(done ? 0 : 1);
  }

  private boolean run() throws IOException {
    Files.write(directory.resolve("plain"), new byte[LENGTH]);
    return answers("init", "--raw")
        && answers("seal", file("plain"), "--aad", "x")
        && answers("open", file("plain.e2ee"), "--aad", "x", "-o", file("opened"))
        && answers("key", "rotate", "default")
        && answers("rewrap", file("plain.e2ee"), "--aad", "x");
  }

  private boolean answers(String... words) {
    List<String> all =
        Stream.concat(Stream.of(words), Stream.of("--keys", file("keys"), "--audit", file("audit")))
            .toList();
    return CommandTree.run(surroundings, all.toArray(String[]::new)) == 0;
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
