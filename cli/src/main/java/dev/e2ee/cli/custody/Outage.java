package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** How the user's store goes away, and comes back. */
sealed interface Outage {
  /** Takes it away. */
  void lose() throws IOException, InterruptedException;

  /** Brings it back. */
  void bringBack() throws IOException, InterruptedException;

  /** By what, for a report. */
  String how();

  /**
   * By two commands, which a shell runs. One that fails says nothing of the store: a {@link
   * Failure}. Whoever ends the program while the store is away has it back.
   */
  final class ByCommand implements Outage {
    private final String breaking;
    private final String restoring;
    private final AtomicBoolean away = new AtomicBoolean();

    ByCommand(String breaking, String restoring) {
      this.breaking = breaking;
      this.restoring = restoring;
      Runtime.getRuntime().addShutdownHook(new Thread(this::bringBackAtTheEnd));
    }

    @Override
    public void lose() throws IOException, InterruptedException {
      away.set(true);
      run("--break", breaking);
    }

    @Override
    public void bringBack() throws IOException, InterruptedException {
      run("--restore", restoring);
      away.set(false);
    }

    private void bringBackAtTheEnd() {
      try {
        if (away.get()) {
          bringBack();
        }
      } catch (IOException | InterruptedException | Failure e) {
        System.err.println("e2ee: the store was not brought back; run the command of --restore");
      }
    }

    /** Without the commands, which may hold anything. */
    @Override
    public String how() {
      return "by commands of --break and --restore";
    }

    /** What it leaves running in the background must not hold its output open. */
    private static void run(String option, String command)
        throws IOException, InterruptedException {
      Process shell =
          new ProcessBuilder("sh", "-c", command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      shell.getOutputStream().close();
      if (!shell.waitFor(2, TimeUnit.MINUTES)) {
        shell.destroyForcibly();
        throw Failure.usage(
            "the command of " + option + " does not end",
            "Let it end, and go on in the background what has to: setsid COMMAND &");
      }
      if (shell.exitValue() != 0) {
        throw Failure.usage(
            "the command of " + option + " failed with exit code " + shell.exitValue(),
            "Nothing can be said of the store. Run 'sh -c COMMAND' to see why.");
      }
    }
  }

  /** By a person. */
  record ByHand(Surroundings surroundings) implements Outage {
    @Override
    public void lose() throws IOException {
      ask("Take the store away now (pull the cable), then press Enter.");
    }

    @Override
    public void bringBack() throws IOException {
      ask("Bring the store back (put the cable in), then press Enter.");
    }

    @Override
    public String how() {
      return "by hand";
    }

    private void ask(String what) throws IOException {
      surroundings.err().write(("\n" + what + "\n").getBytes(StandardCharsets.UTF_8));
      surroundings.err().flush();
      for (int b = surroundings.in().read(); b != '\n'; b = surroundings.in().read()) {
        if (b < 0) {
          throw new EOFException("nobody answers on standard input; --by-hand needs a person");
        }
      }
    }
  }
}
