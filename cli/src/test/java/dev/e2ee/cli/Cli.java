package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.io.Terminals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs commands in this JVM, with a home directory of their own and no terminal. */
final class Cli {
  final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private Terminals terminals = Terminals.NONE;

  Cli(Path directory) throws IOException {
    this.home = directory;
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    environment.put("HOME", directory.toString());
  }

  /** What a command answered. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Result(int exit, byte[] out, String err) {
    String text() {
      return new String(out, StandardCharsets.UTF_8);
    }

    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }

    /** Checks the exit code, with everything that was printed as explanation. */
    Result exits(int expected) {
      assertEquals(expected, exit, () -> "out: " + text() + "\nerr: " + err);
      return this;
    }
  }

  Cli with(String variable, Path value) {
    environment.put(variable, value.toString());
    return this;
  }

  Cli onTerminal() {
    terminals = new Terminals(true, true);
    return this;
  }

  Result run(String... arguments) {
    return feed(new byte[0], arguments);
  }

  Result feed(byte[] input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            new ByteArrayInputStream(input),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            terminals);
    int exit = CommandTree.run(surroundings, arguments);
    return new Result(exit, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** The key file that is used when none is named. */
  Path keys() {
    return home.resolve(".local/share/e2ee/keys.e2ee");
  }

  /** Makes that key file with a slot key, which costs no Argon2id. */
  Cli initRaw() {
    run("init", "--raw").exits(0);
    return this;
  }

  /** A file that only its owner can read. */
  Path write(String name, byte[] content) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  Path write(String name, String content) throws IOException {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** The names of the files in a directory, hidden ones too. */
  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  static byte[] withBitFlipped(byte[] bytes, int index) {
    byte[] altered = Arrays.copyOf(bytes, bytes.length);
    altered[index] ^= 1;
    return altered;
  }
}
