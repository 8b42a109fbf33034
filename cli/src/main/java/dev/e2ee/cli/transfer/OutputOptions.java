package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.Surroundings;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where the one result of a command goes, which has no name by itself. */
public final class OutputOptions {
  private final Surroundings surroundings;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where the result goes.")
  String output = "";

  @Option(names = "--force", description = "Replace an output file that is there.")
  boolean force;

  /** In these surroundings. */
  public OutputOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The file, as it was given. */
  public String name() {
    return output;
  }

  /**
   * Fails early, before a passphrase is asked for, when it cannot be written.
   *
   * @throws dev.e2ee.cli.io.Failure IO
   */
  public void check() {
    outputs().check(output);
  }

  /** Writes the whole content. */
  public void write(byte[] content) throws IOException {
    outputs().write(output, content);
  }

  private Outputs outputs() {
    return new Outputs(surroundings, force);
  }
}
