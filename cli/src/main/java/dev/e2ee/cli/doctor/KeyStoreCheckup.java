package dev.e2ee.cli.doctor;

import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.Finding;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.util.List;
import java.util.Optional;

/** How a key store is. Nothing is unlocked and nobody is asked for anything. */
final class KeyStoreCheckup {
  private KeyStoreCheckup() {}

  static List<Finding> of(CustodyUri uri) {
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
        ? List.of(Finding.warn("keys", "there is no key store at " + uri.location(), "e2ee init"))
        : report.findings();
  }
}
