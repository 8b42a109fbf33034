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
   * (outside Linux), by what {@code test -t} says. Where there is neither (Windows), none.
   */
  public static Terminals ofProcess() {
    return new Terminals(isTerminal(1), isTerminal(2));
  }

  private static boolean isTerminal(int descriptor) {
    try {
      Path link = Path.of("/proc/self/fd/" + descriptor);
      if (!Files.isSymbolicLink(link)) {
        return testSaysSo(descriptor);
      }
      return isTerminalName(Files.readSymbolicLink(link));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether writing to a path shows what is written to a person. */
  public static boolean isTerminal(Path target) {
    try {
      return isTerminalName(target.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isTerminalName(Path device) {
    String name = device.toString();
    return name.startsWith("/dev/pts/")
        || name.startsWith("/dev/tty")
        || name.equals("/dev/console");
  }

  private static boolean testSaysSo(int descriptor) throws IOException {
    Process test =
        new ProcessBuilder("test", "-t", Integer.toString(descriptor)).inheritIO().start();
    try {
      return test.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
