package dev.e2ee.cli.secret;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where {@code rewrap} gets the passphrase of a second key store from; without one it asks. */
public final class TargetPassphraseOptions {
  @Option(
      names = "--to-passphrase-file",
      paramLabel = "FILE",
      description = "Read the passphrase of --to-keys from FILE.")
  @Nullable Path file;

  @Option(
      names = "--to-passphrase-fd",
      paramLabel = "N",
      description = "Read the passphrase of --to-keys from the open file descriptor N.")
  @Nullable Integer descriptor;

  /** What the options say. */
  public PassphraseSource source(String prompt) {
    return PassphraseSource.of("--to-passphrase", file, descriptor, prompt);
  }
}
