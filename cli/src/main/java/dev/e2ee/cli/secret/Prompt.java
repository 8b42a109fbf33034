package dev.e2ee.cli.secret;

import dev.e2ee.cli.io.Failure;
import java.io.Console;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Asks a person, on the terminal and without echo.
 *
 * <p>The controlling terminal is used itself, so that standard input and output stay free for data;
 * {@link Console} is only there when neither is redirected, and on JDK 17 it turns what the locale
 * does not know into question marks. Where there is no {@code /dev/tty} (Windows) it is used after
 * all.
 */
final class Prompt {
  private static final File TERMINAL = new File("/dev/tty");

  private Prompt() {}

  /**
   * The line that was typed, which the caller wipes.
   *
   * @param what such as {@code the code from the terminal}, for a person
   * @throws IOException when there is nobody to ask
   * @throws Failure LOCKED for a line that is no passphrase
   */
  // try: the echo is off for as long as the block lasts. SystemConsoleNull: from JDK 22 on the
  // console may be no terminal; then it gives null at the end of its input.
  @SuppressWarnings({"try", "SystemConsoleNull"})
  static char[] ask(String prompt, String what) throws IOException {
    if (!TERMINAL.exists()) {
      Console console = System.console();
      char[] line = console == null ? null : console.readPassword("%s", prompt);
      if (line == null) {
        throw new IOException("there is no console");
      }
      return line;
    }
    try (OutputStream out = new FileOutputStream(TERMINAL);
        InputStream in = new FileInputStream(TERMINAL);
        Echo off = Echo.off()) {
      out.write(prompt.getBytes(StandardCharsets.UTF_8));
      try {
        return readLine(in, what);
      } finally {
        out.write('\n');
      }
    }
  }

  private static char[] readLine(InputStream in, String what) throws IOException {
    byte[] line = new byte[PassphraseSource.MAX_BYTES + 2];
    int length = 0;
    try {
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        if (length < line.length) {
          line[length++] = (byte) b;
        }
      }
      return PassphraseText.decode(line, length, what);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  /** The terminal's echo, off until closed; also put back when the JVM is told to end. */
  private record Echo(String settings, Thread atExit) implements AutoCloseable {
    static Echo off() throws IOException {
      String settings = stty("-g");
      Thread atExit = new Thread(() -> interrupted(settings), "terminal-echo");
      Runtime.getRuntime().addShutdownHook(atExit);
      Echo echo = new Echo(settings, atExit);
      try {
        stty("-echo");
        return echo;
      } catch (IOException e) {
        echo.close();
        throw e;
      }
    }

    private static String stty(String argument) throws IOException {
      Process process =
          new ProcessBuilder("stty", argument)
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream out = process.getInputStream()) {
        String answer = new String(out.readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (process.waitFor() != 0) {
          throw new IOException("stty cannot turn the terminal's echo off");
        }
        return answer;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    /** The shell's next prompt does not go on in the line of this one. */
    private static void interrupted(String settings) {
      restore(settings);
      try (OutputStream out = new FileOutputStream(TERMINAL)) {
        out.write('\n');
      } catch (IOException e) {
        // The terminal is gone.
      }
    }

    private static void restore(String settings) {
      try {
        stty(settings);
      } catch (IOException e) {
        // The terminal is gone: there is no echo to put back.
      }
    }

    @Override
    public void close() {
      restore(settings);
      try {
        Runtime.getRuntime().removeShutdownHook(atExit);
      } catch (IllegalStateException e) {
        // The JVM is ending, and the hook does the same.
      }
    }
  }
}
