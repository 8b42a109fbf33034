package dev.e2ee.cli.secret;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command gets a new passphrase from; without an option it asks twice. */
public final class NewPassphraseOptions {
  @Option(
      names = "--new-passphrase-file",
      paramLabel = "FILE",
      description = "Read the new passphrase from FILE (one trailing newline is dropped).")
  @Nullable Path file;

  @Option(
      names = "--new-passphrase-fd",
      paramLabel = "N",
      description = "Read the new passphrase from the open file descriptor N.")
  @Nullable Integer descriptor;

  /** What the options say. */
  public PassphraseSource source(String prompt) {
    return PassphraseSource.of("--new-passphrase", file, descriptor, prompt);
  }
}
