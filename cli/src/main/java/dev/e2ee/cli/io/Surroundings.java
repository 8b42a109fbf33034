package dev.e2ee.cli.io;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a run of the command line has around it.
 *
 * @param in standard input
 * @param out standard output: results and data
 * @param err standard error: everything that is meant for a person
 * @param environment the environment variables
 * @param terminals which of the standard streams are terminals
 */
public record Surroundings(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Terminals terminals) {

  /** Those of this process. All text is UTF-8, whatever the locale: file names pass through it. */
  public static Surroundings ofProcess() {
    return new Surroundings(
        // Buffered, because the plain stream's readNBytes asks a pipe for its position.
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        printer(FileDescriptor.out),
        printer(FileDescriptor.err),
        System.getenv(),
        Terminals.ofProcess());
  }

  private static PrintStream printer(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** An environment variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(v -> !v.isEmpty());
  }

  /**
   * A directory by the XDG base directory rules.
   *
   * @param variable such as {@code XDG_DATA_HOME}
   * @param fallback relative to the home directory
   */
  public Path xdg(String variable, String fallback) {
    return variable(variable)
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElseGet(
            () -> Path.of(variable("HOME").orElse(System.getProperty("user.home", ".")), fallback));
  }

  /** One line for the person, on standard error; what others have chosen in it steers nothing. */
  public void tell(String line) {
    err.println(Printable.line(line));
  }
}
