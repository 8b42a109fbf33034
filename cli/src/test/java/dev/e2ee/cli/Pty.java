package dev.e2ee.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A shell script on a terminal of its own (by {@code script}), typed into by a test. Ctrl-C works
 * on it also where the tests run in the background, whose processes ignore it. It ends by force
 * after a while, so that a test fails where it would hang.
 */
final class Pty implements AutoCloseable {
  private static final int MINUTES = 2;

  private final Process process;
  private final StringBuilder seen = new StringBuilder();

  /** Runs a script in which {@code $E2EE} is the command line. */
  Pty(Path home, String script) throws IOException {
    String words = String.join(" ", CliProcess.command().stream().map(Pty::quoted).toList());
    Path file = Files.writeString(home.resolve("script.sh"), script.replace("$E2EE", words) + "\n");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                "env",
                "--default-signal=INT,QUIT",
                "script",
                "-qefc",
                "bash " + quoted(file.toString()),
                "/dev/null"));
    builder.directory(home.toFile()).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("XDG_") || name.startsWith("E2EE_"));
    process = builder.start();
    CompletableFuture.delayedExecutor(MINUTES, TimeUnit.MINUTES).execute(process::destroyForcibly);
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** Waits until the terminal shows a text, then types. */
  Pty answer(String shown, String typed) throws IOException {
    InputStream out = process.getInputStream();
    while (seen.indexOf(shown) < 0) {
      int b = out.read();
      if (b < 0) {
        throw new IOException("the terminal never showed '" + shown + "' but: " + seen);
      }
      seen.append((char) b);
    }
    seen.append("<").append(shown.length()).append(" characters asked>");
    seen.replace(seen.indexOf(shown), seen.indexOf(shown) + shown.length(), "");
    OutputStream in = process.getOutputStream();
    in.write(typed.getBytes(StandardCharsets.UTF_8));
    in.flush();
    return this;
  }

  /** Everything that the terminal showed, up to the end. */
  String rest() throws IOException, InterruptedException {
    seen.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new IOException("the terminal hangs: " + seen);
    }
    return seen.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
