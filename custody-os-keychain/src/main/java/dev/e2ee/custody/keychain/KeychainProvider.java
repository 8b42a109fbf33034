package dev.e2ee.custody.keychain;

import dev.e2ee.custody.file.KeyFileProbe;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;

/**
 * The scheme {@code keychain:}.
 *
 * <pre>keychain:service=notes;account=ann?backend=secret-service</pre>
 *
 * <p>{@code service} and {@code account}, 1 to 128 characters each, name the item; {@code backend}
 * the keychain, {@code secret-service}, {@code macos} or {@code windows}, and has to be given;
 * {@code key-file} the path of the key file, by default {@code e2ee/keychain/SERVICE/ACCOUNT.e2ee}
 * in the user's data folder ({@code XDG_DATA_HOME}, or {@code .local/share}).
 */
public final class KeychainProvider implements CustodyProvider, CustodyProbe {
  /** For {@link java.util.ServiceLoader}. */
  public KeychainProvider() {}

  @Override
  public String scheme() {
    return "keychain";
  }

  @Override
  public String description() {
    return "E2EE key file, its key in the operating system's keychain";
  }

  @Override
  public Keychain open(CustodyUri uri, CustodyOptions options) {
    return Keychain.open(uri, options);
  }

  /**
   * What is said of the key file, and whether the keychain has the item: see {@link Keychain#LOOK}.
   */
  @Override
  public ProbeReport probe(CustodyUri uri, CustodyOptions options, ProbeDepth depth) {
    CustodyOptions patient =
        depth == ProbeDepth.LOOK && options.deadline().compareTo(Keychain.LOOK) > 0
            ? options.withDeadline(Keychain.LOOK)
            : options;
    return new KeyFileProbe(uri, patient, () -> open(uri, patient).file()).probe(depth);
  }
}
