package dev.e2ee.cli.secret;

import dev.e2ee.spi.CustodyUri;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the passphrase of the key store that records move to comes from; without one it asks. */
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
    return PassphraseSource.ofStore(
        "--to-passphrase", file, descriptor, uri, PassphraseSource.secretOf(uri));
  }
}
