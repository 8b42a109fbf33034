package dev.e2ee.cli.recovery;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.recovery.RecoveryWrapParameterSpec;
import picocli.CommandLine.Option;

/** Whose key it is. */
final class UserOption {
  @Option(
      names = "--user",
      paramLabel = "ID",
      required = true,
      description = "Whose key it is; the recovery wrap opens for no other user.")
  String user = "";

  /**
   * The id.
   *
   * @throws Failure USAGE when it is empty or too long
   */
  String id() {
    try {
      return new RecoveryWrapParameterSpec(user).userId();
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--user: " + e.getMessage(), "");
    }
  }
}
