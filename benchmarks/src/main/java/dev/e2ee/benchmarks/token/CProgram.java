package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.process.TimedProcess;
import dev.e2ee.benchmarks.process.Workplace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The program in C, compiled anew for each run. */
final class CProgram {
  /** The name of its numbers. */
  static final String SUBJECT = "c";

  private static final String SOURCE = "token.c";

  private final Path binary;

  /** Compiles it in this workplace. */
  CProgram(Workplace workplace, TimedProcess processes)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    Path source = workplace.file(SOURCE);
    this.binary = workplace.file("token");
    try (InputStream text = CProgram.class.getResourceAsStream(SOURCE)) {
      Files.copy(Objects.requireNonNull(text, SOURCE), source);
    }
    processes.run(
        List.of(
            "cc",
            "-std=gnu11",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pthread",
            "-o",
            binary.toString(),
            source.toString(),
            "-ldl"),
        Map.of());
  }

  /** The command that does a work. */
  List<String> command(TokenWork work) {
    return Stream.concat(Stream.of(binary.toString()), work.arguments().stream()).toList();
  }
}
