package dev.e2ee.cli.recovery;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.recovery.InvalidRecoveryCodeException;
import dev.e2ee.recovery.RecoveryCode;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command gets the recovery code from; without an option it asks. */
final class CodeOptions {
  @Option(
      names = "--code-file",
      paramLabel = "FILE",
      description = "Read the recovery code from FILE.")
  @Nullable Path file;

  @Option(
      names = "--code-fd",
      paramLabel = "N",
      description = "Read the recovery code from the open file descriptor N.")
  @Nullable Integer descriptor;

  /** What the options say. */
  PassphraseSource source() {
    return PassphraseSource.of("--code", file, descriptor, "Recovery code");
  }

  /**
   * The code, which the caller closes.
   *
   * @throws Failure LOCKED when it has a typing error
   */
  RecoveryCode code() {
    char[] typed = source().read();
    try {
      return RecoveryCode.parse(typed);
    } catch (InvalidRecoveryCodeException e) {
      throw new Failure(
          Exit.LOCKED, String.valueOf(e.getMessage()), "Nothing was tried with it.", e);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }
}
