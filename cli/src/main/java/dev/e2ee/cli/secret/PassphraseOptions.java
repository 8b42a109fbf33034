package dev.e2ee.cli.secret;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command gets the key store's passphrase from; without an option it asks. */
public final class PassphraseOptions {
  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Read the passphrase from FILE (one trailing newline is dropped).")
  @Nullable Path file;

  @Option(
      names = "--passphrase-fd",
      paramLabel = "N",
      description = "Read the passphrase from the open file descriptor N.")
  @Nullable Integer descriptor;

  /** Whether one of the options was given. */
  public boolean given() {
    return file != null || descriptor != null;
  }

  /** What the options say. */
  public PassphraseSource source(String prompt) {
    return PassphraseSource.of("--passphrase", file, descriptor, prompt);
  }
}
