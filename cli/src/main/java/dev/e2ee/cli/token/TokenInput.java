package dev.e2ee.cli.token;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.InvalidApiTokenException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command gets an API token from; without an option it asks. */
final class TokenInput {
  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Read the API token from FILE.")
  @Nullable Path file;

  @Option(
      names = "--token-fd",
      paramLabel = "N",
      description = "Read the API token from the open file descriptor N.")
  @Nullable Integer descriptor;

  /**
   * The token, which the caller closes.
   *
   * @throws Failure LOCKED when it is none
   */
  ApiToken token() {
    char[] text = PassphraseSource.of("--token", file, descriptor, "API token").read();
    try {
      return ApiToken.parse(text);
    } catch (InvalidApiTokenException e) {
      throw new Failure(
          Exit.LOCKED, String.valueOf(e.getMessage()), "Nothing was tried with it.", e);
    } finally {
      Arrays.fill(text, '\0');
    }
  }
}
