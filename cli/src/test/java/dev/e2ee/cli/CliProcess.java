package dev.e2ee.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the command line as a process of its own, through a shell where a test needs one. */
final class CliProcess {
  private CliProcess() {}

  /** The words that start the command line in the JVM that runs the tests. */
  static List<String> command(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.add(Main.class.getName());
    words.addAll(List.of(arguments));
    return words;
  }

  /** What a process answered. */
  record Answer(int exit, String out, String err) {}

  /** Runs a shell script in which {@code "$@"} is the command line without arguments. */
  static Answer shell(Path home, String script) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("setsid", "-w", "bash", "-c", script, "sh"));
    words.addAll(command());
    return run(home, words);
  }

  /** Runs the command line in the FIPS profile, which a JVM has from its start. */
  static Answer inTheProfile(Path home, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = command(arguments);
    words.addAll(
        1,
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.bouncycastle.fips.approved_only=true",
            "-De2ee.engine=fips"));
    return run(home, words);
  }

  /** Runs words to their end. */
  static Answer run(Path home, List<String> words) throws IOException, InterruptedException {
    return run(home, words, Duration.ofMinutes(2));
  }

  /** The same with another time after which a process hangs. */
  static Answer run(Path home, List<String> words, Duration deadline)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(home, "out", "");
    Path err = Files.createTempFile(home, "err", "");
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.directory(home.toFile());
    builder.environment().put("HOME", home.toString());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("XDG_") || name.startsWith("E2EE_"));
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    try {
      if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the process hangs: " + Files.readString(err));
      }
      return new Answer(
          process.exitValue(),
          Files.readString(out, StandardCharsets.ISO_8859_1),
          Files.readString(err, StandardCharsets.ISO_8859_1));
    } finally {
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }
}
