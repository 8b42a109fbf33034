package dev.e2ee.cli.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads whole inputs, each up to a cap. */
public final class Inputs {
  /** The word for standard input or output. */
  public static final String STANDARD = "-";

  /** The most bytes that are sealed: 16 MiB, the cap of the envelope's suite 1. */
  public static final int MAX_PLAINTEXT = 16 << 20;

  /** The most bytes of an envelope: its header (4 KiB at most), nonce and tag come on top. */
  public static final int MAX_ENVELOPE = MAX_PLAINTEXT + (4 << 10) + 28;

  private Inputs() {}

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws Failure IO when there is more than the cap; a file's size is looked at before its
   *     content
   */
  public static byte[] read(Surroundings surroundings, String name, int cap) throws IOException {
    if (name.equals(STANDARD)) {
      return readUpTo(surroundings.in(), "standard input", cap);
    }
    return read(Path.of(name), cap);
  }

  /** Reads a file, as {@link #read(Surroundings, String, int)}. */
  public static byte[] read(Path file, int cap) throws IOException {
    if (Files.isDirectory(file)) {
      throw new Failure(
          Exit.IO, file + " is a directory", "Name a file; rewrap alone takes a directory.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.isRegularFile(file) && Files.size(file) > cap) {
        throw tooLarge(file.toString(), cap);
      }
      return readUpTo(in, file.toString(), cap);
    }
  }

  private static byte[] readUpTo(InputStream in, String name, int cap) throws IOException {
    byte[] bytes = in.readNBytes(cap + 1);
    if (bytes.length > cap) {
      Arrays.fill(bytes, (byte) 0);
      throw tooLarge(name, cap);
    }
    return bytes;
  }

  private static Failure tooLarge(String name, int cap) {
    String limit =
        cap >= MAX_PLAINTEXT
            ? "16 MiB (" + MAX_PLAINTEXT + " bytes), the most that one envelope holds"
            : cap + " bytes";
    return new Failure(
        Exit.IO,
        name + " is larger than " + limit,
        cap >= MAX_PLAINTEXT
            ? "Larger files come with a later release; split this one until then."
            : "Check that it is the right file.");
  }
}
