package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One process of a token's server, with the helpers that it starts. This JVM outlives it. */
final class Daemon implements TokenServer {
  private final List<String> words;
  private final Path log;
  private final Readiness readiness;
  private Process process;

  private Daemon(List<String> words, Path log, Readiness readiness) {
    this.words = words;
    this.log = log;
    this.readiness = readiness;
  }

  /** How one sees that a daemon is ready. */
  interface Readiness {
    /** Whether it is. */
    boolean isReady() throws IOException, InterruptedException;
  }

  /**
   * Starts a program that stays in the foreground, and waits until it is ready.
   *
   * @param home where its output goes
   */
  static Daemon start(Path home, List<String> words, Readiness readiness)
      throws IOException, InterruptedException {
    Daemon daemon = new Daemon(words, home.resolve("server.log"), readiness);
    daemon.startAgain();
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::end));
    return daemon;
  }

  @Override
  public void startAgain() throws IOException, InterruptedException {
    process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    while (!readiness.isReady()) {
      assertTrue(process.isAlive(), () -> words + " ended; see " + log);
      Thread.sleep(5);
    }
  }

  @Override
  public void kill() throws IOException, InterruptedException {
    // Stopped first, or it would start another helper for a client that is quick.
    signal(process.toHandle(), "-STOP");
    end();
    process.waitFor();
  }

  /** Ends it, and waits for nothing. */
  void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void freeze() throws IOException, InterruptedException {
    for (ProcessHandle each : all()) {
      signal(each, "-STOP");
    }
  }

  @Override
  public void thaw() throws IOException, InterruptedException {
    for (ProcessHandle each : all()) {
      signal(each, "-CONT");
    }
  }

  private List<ProcessHandle> all() {
    return new ArrayList<>(
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList());
  }

  /** Sends a signal, by its name for the command kill. */
  static void signal(ProcessHandle process, String signal)
      throws IOException, InterruptedException {
    Command.run(List.of("kill", signal, Long.toString(process.pid())));
  }
}
