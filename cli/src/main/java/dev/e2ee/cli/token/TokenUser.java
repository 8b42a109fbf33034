package dev.e2ee.cli.token;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.token.ApiTokenWrap;
import picocli.CommandLine.Option;

/** Whose key it is. */
final class TokenUser {
  @Option(
      names = "--user",
      paramLabel = "ID",
      required = true,
      description = "Whose key it is, a user's or a project's; the wrap opens for no other one.")
  String user = "";

  /**
   * Wraps of this user.
   *
   * @throws Failure USAGE when the id is empty or too long
   */
  ApiTokenWrap wraps() {
    try {
      return ApiTokenWrap.of(user);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--user: " + e.getMessage(), "");
    }
  }
}
