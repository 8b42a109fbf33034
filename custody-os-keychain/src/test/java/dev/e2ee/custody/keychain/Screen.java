package dev.e2ee.custody.keychain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A screen that nobody sees, with GNOME's window that asks for the keychain's password. */
final class Screen implements AutoCloseable {
  private static final Path PROMPTER = Path.of("/usr/libexec/gcr-prompter");
  private static final String WINDOW = "Unlock Login Keyring";

  private final Process server;
  private final String display;
  private final Process prompter;

  private Screen(Process server, String display) throws IOException {
    this.server = server;
    this.display = display;
    this.prompter = start(PROMPTER.toString());
  }

  /** A screen on the session bus of this JVM; the test is skipped where there is none. */
  static Screen on() throws IOException, InterruptedException {
    for (Path tool : List.of(PROMPTER, Path.of("/usr/bin/Xvfb"), Path.of("/usr/bin/xdotool"))) {
      assumeTrue(Files.exists(tool), () -> "not installed: " + tool);
    }
    Process server =
        new ProcessBuilder("Xvfb", "-displayfd", "1", "-nolisten", "tcp")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Screen screen = new Screen(server, ":" + server.inputReader().readLine());
    Desktop.awaitPrompter();
    return screen;
  }

  private Process start(String... words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("DISPLAY", display);
    builder.environment().put("NO_AT_BRIDGE", "1"); // there is no bus for screen readers
    return builder.start();
  }

  private int xdotool(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("xdotool"));
    all.addAll(List.of(words));
    Process process = start(all.toArray(String[]::new));
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), () -> words[0] + ": no such window comes");
    return process.exitValue();
  }

  /** Whether the person is asked for the password now. */
  boolean asks() throws IOException, InterruptedException {
    return xdotool("search", "--onlyvisible", "--name", WINDOW) == 0;
  }

  void awaitQuestion() throws IOException, InterruptedException {
    assertEquals(0, xdotool("search", "--sync", "--onlyvisible", "--name", WINDOW));
  }

  /** Types a password in place of what stands there, and Enter, into the window that asks. */
  void type(String password) throws IOException, InterruptedException {
    assertTrue(typed(password), "no window asks");
  }

  /** The same; false when no window asks. */
  boolean typed(String password) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("search", "--onlyvisible", "--name", WINDOW));
    words.addAll(List.of("windowfocus", "key", "ctrl+a", "type", password));
    return xdotool(words.toArray(String[]::new)) == 0 && xdotool("key", "Return") == 0;
  }

  void dismiss() throws IOException, InterruptedException {
    assertEquals(0, xdotool("key", "Escape"));
  }

  @Override
  public void close() {
    prompter.destroyForcibly();
    server.destroy(); // which takes its lock file away
    try {
      server.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
