package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import java.io.IOException;
import java.util.Arrays;

/** Reads whole inputs, each up to a cap. */
public final class Inputs {
  /** The word for standard input or output. */
  public static final String STANDARD = "-";

  private Inputs() {}

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws Failure IO when there is more than the cap
   */
  public static byte[] read(Surroundings surroundings, String name, int cap) throws IOException {
    try (Source source = Source.open(surroundings, name)) {
      byte[] bytes = source.stream().readNBytes(cap + 1);
      if (bytes.length > cap) {
        Arrays.fill(bytes, (byte) 0);
        throw new Failure(
            Exit.IO,
            source.name() + " is larger than " + cap + " bytes",
            "Check that it is the right file.");
      }
      return bytes;
    }
  }
}
