package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.envelope.RecordContext;
import picocli.CommandLine.Option;

/** Whose key it is about. */
final class UserOption {
  @Option(
      names = "--user",
      paramLabel = "ID",
      required = true,
      description = "Whose key it is; both devices name the same user.")
  String user = "";

  /**
   * The id.
   *
   * @throws Failure USAGE when it is empty or too long
   */
  String id() {
    try {
      return RecordContext.of(user, "device", "id").userId();
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--user: " + e.getMessage(), "");
    }
  }
}
