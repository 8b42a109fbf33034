package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.io.Terminals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Writes results: never over something that is there, never half, never binary to a terminal. */
public final class Outputs {
  private final Surroundings surroundings;
  private final boolean force;

  /**
   * Outputs of one command.
   *
   * @param force whether it may replace what is there, and write anything to a terminal
   */
  public Outputs(Surroundings surroundings, boolean force) {
    this.surroundings = surroundings;
    this.force = force;
  }

  /**
   * Fails early, before a passphrase is asked for, when the output cannot be written.
   *
   * @throws Failure IO when it exists and may not be replaced, or has no directory
   */
  public void check(String name) {
    if (name.equals(Inputs.STANDARD)) {
      return;
    }
    Path target = Path.of(name);
    if (Files.isDirectory(target)) {
      throw new Failure(Exit.IO, target + " is a directory", "Name a file with -o.");
    }
    if (!force && !isStream(target) && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(target);
    }
    if (!Files.isDirectory(PendingFile.parentOf(target))) {
      throw new Failure(
          Exit.IO, "there is no directory " + PendingFile.parentOf(target), "Make it first.");
    }
  }

  /** The same for content that is certainly binary. */
  public void checkBinary(String name) {
    text(name).refuse();
    check(name);
  }

  /** Starts a file of mode 0600, or standard output for {@code -}. */
  public Sink start(String name) throws IOException {
    if (name.equals(Inputs.STANDARD)) {
      return StreamSink.standard(surroundings.out(), text(name));
    }
    check(name);
    Path target = Path.of(name);
    return isStream(target) ? StreamSink.of(target, text(name)) : new FileSink(target, force);
  }

  /** Writes the whole content. */
  public void write(String name, byte[] content) throws IOException {
    try (Sink sink = start(name)) {
      sink.stream().write(content);
      sink.complete();
    }
  }

  /** A device or a named pipe: written to as it is, never replaced. */
  private static boolean isStream(Path target) {
    return Files.exists(target) && !Files.isRegularFile(target);
  }

  /** Whether what is written there is shown to a person. */
  public boolean isTerminal(String name) {
    return name.equals(Inputs.STANDARD)
        ? surroundings.terminals().out()
        : Terminals.isTerminal(Path.of(name));
  }

  private TerminalText text(String name) {
    return new TerminalText(!force && isTerminal(name));
  }

  static Failure exists(Path target) {
    return new Failure(
        Exit.IO,
        target + " exists already and was left as it is",
        "Choose another name with -o, or replace it with --force.");
  }
}
