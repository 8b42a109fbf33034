package dev.e2ee.cli.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which of the standard streams are terminals.
 *
 * @param out whether standard output is one
 * @param err whether standard error is one
 */
public record Terminals(boolean out, boolean err) {
  /** Neither. */
  public static final Terminals NONE = new Terminals(false, false);

  /**
   * Those of this process, by what its descriptors are linked to; where the system does not tell
   * (outside Linux), by whether the JVM has a console.
   */
  public static Terminals ofProcess() {
    return new Terminals(isTerminal(1), isTerminal(2));
  }

  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return System.console() != null;
    }
  }
}
