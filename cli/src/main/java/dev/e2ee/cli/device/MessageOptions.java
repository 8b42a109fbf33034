package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands of a handshake have in common. */
final class MessageOptions {
  /** The longest message: an approval is a little over 400 bytes, an offer up to 1.3 KB. */
  private static final int MOST = 8192;

  private final Surroundings surroundings;

  @Option(
      names = "--fingerprint",
      paramLabel = "XXXX-XXXX-XXXX-XXXX",
      description = {
        "What a person has read from the other device's screen. Without it nothing is decided:",
        "this device's is shown, to be compared."
      })
  @Nullable String fingerprint;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the answer goes. Default: FILE with another ending.")
  @Nullable String output;

  @Option(names = "--force", description = "Replace an output file that is there.")
  boolean force;

  MessageOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  byte[] read(String input) throws IOException {
    return Inputs.read(surroundings, input, MOST);
  }

  /** Where the answer goes: the input's name with this ending unless it was said. */
  String target(String input, String ending) {
    if (output != null) {
      return output;
    }
    if (input.equals(Inputs.STANDARD)) {
      throw Failure.usage("standard input has no name: say where the answer goes with -o FILE", "");
    }
    int dot = input.lastIndexOf('.');
    int slash = input.lastIndexOf('/');
    return (dot > slash + 1 ? input.substring(0, dot) : input) + ending;
  }

  /** Writes an answer, which is public. */
  void write(String target, byte[] message) throws IOException {
    new Outputs(surroundings, force).write(target, message);
  }

  void checkTarget(String target) {
    new Outputs(surroundings, force).check(target);
  }
}
