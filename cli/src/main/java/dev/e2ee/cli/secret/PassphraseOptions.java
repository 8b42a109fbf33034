package dev.e2ee.cli.secret;

import dev.e2ee.spi.CustodyUri;
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

  /**
   * Where the secret of this store comes from.
   *
   * @throws dev.e2ee.cli.io.Failure USAGE when its URI names one too
   */
  public PassphraseSource source(CustodyUri uri) {
    return source(uri, PassphraseSource.secretOf(uri));
  }

  /** The same for a store that is made. */
  public PassphraseSource newSource(CustodyUri uri) {
    return source(uri, "New passphrase for " + uri.location());
  }

  private PassphraseSource source(CustodyUri uri, String prompt) {
    return PassphraseSource.ofStore("--passphrase", file, descriptor, uri, prompt);
  }
}
