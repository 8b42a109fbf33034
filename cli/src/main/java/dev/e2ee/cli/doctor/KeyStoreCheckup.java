package dev.e2ee.cli.doctor;

import dev.e2ee.cli.store.OpeningUri;
import dev.e2ee.cli.store.UsualItem;
import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** How a key store is. Nothing is unlocked and nobody is asked for anything. */
final class KeyStoreCheckup {
  private KeyStoreCheckup() {}

  /**
   * Of a store.
   *
   * @param named whether a person has named it
   */
  static List<Finding> of(CustodyUri uri, boolean named) {
    ProbeReport report;
    try {
      report =
          CustodyProbe.of(Custodies.installed().provider(uri))
              .probe(uri, CustodyOptions.defaults(), ProbeDepth.LOOK);
    } catch (CustodyException e) {
      return List.of(Finding.fail("keys", e.kind() + ": " + e.getMessage(), ""));
    }
    boolean none = report.stopped().equals(Optional.of(Kind.MISSING));
    return none && uri.scheme().equals("file")
        ? List.of(
            Finding.warn("keys", "there is no key store at " + uri.location(), instead(named)))
        : report.findings();
  }

  /** What to do where no key store is; what init --keychain made has to be named. */
  private static String instead(boolean named) {
    CustodyUri usual = UsualItem.uri();
    if (named || !Files.exists(Keychain.keyFile(usual))) {
      return "e2ee init";
    }
    CustodyUri opening = OpeningUri.of(usual).orElse(usual);
    return "name the one "
        + (opening.equals(usual) ? "in the keychain" : "that init made in place of a keychain's")
        + ": export E2EE_KEYS='"
        + opening.canonical()
        + "'";
  }
}
