package dev.e2ee.cli.io;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
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
    refuseOnTerminal(name);
    check(name);
  }

  /** Writes the whole content to a file of mode 0600, or to standard output for {@code -}. */
  public void write(String name, byte[] content) throws IOException {
    if (name.equals(Inputs.STANDARD)) {
      writeToStandardOutput(content);
      return;
    }
    check(name);
    Path target = Path.of(name);
    if (isStream(target)) {
      refuseBinaryOnTerminal(name, content);
      try (OutputStream out = new FileOutputStream(target.toFile())) {
        out.write(content);
      }
      return;
    }
    Path place = Files.exists(target) ? target.toRealPath() : target;
    Path directory = PendingFile.parentOf(place);
    PendingFile.sweep(directory);
    try (PendingFile pending = PendingFile.write(directory, content)) {
      if (force) {
        pending.replace(place);
      } else {
        pending.create(place);
      }
    } catch (FileAlreadyExistsException e) {
      throw exists(target);
    }
  }

  /** A device or a named pipe: written to as it is, never replaced. */
  private static boolean isStream(Path target) {
    return Files.exists(target) && !Files.isRegularFile(target);
  }

  private void writeToStandardOutput(byte[] content) throws IOException {
    refuseBinaryOnTerminal(Inputs.STANDARD, content);
    surroundings.out().write(content, 0, content.length);
    if (surroundings.out().checkError()) {
      throw new IOException("standard output was closed before everything was written");
    }
  }

  /** Whether what is written there is shown to a person. */
  public boolean isTerminal(String name) {
    return name.equals(Inputs.STANDARD)
        ? surroundings.terminals().out()
        : Terminals.isTerminal(Path.of(name));
  }

  private void refuseBinaryOnTerminal(String name, byte[] content) {
    if (!isPlainText(content)) {
      refuseOnTerminal(name);
    }
  }

  private void refuseOnTerminal(String name) {
    if (!force && isTerminal(name)) {
      throw new Failure(
          Exit.IO,
          "the output is binary, and it would go to a terminal",
          "Give -o FILE, send it into a pipe, or insist with --force.");
    }
  }

  /** UTF-8 without control characters: nothing in it can steer a terminal. */
  private static boolean isPlainText(byte[] content) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content))
          .chars()
          .noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t');
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static Failure exists(Path target) {
    return new Failure(
        Exit.IO,
        target + " exists already and was left as it is",
        "Choose another name with -o, or replace it with --force.");
  }
}
