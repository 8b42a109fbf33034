package dev.e2ee.spi.probe;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyInfo;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;

/** For a back end without a probe of its own: what every custody answers. */
final class PlainProbe implements CustodyProbe {
  private final CustodyProvider provider;

  PlainProbe(CustodyProvider provider) {
    this.provider = provider;
  }

  @Override
  public ProbeReport probe(CustodyUri uri, CustodyOptions options, ProbeDepth depth) {
    ProbeNotes notes = new ProbeNotes(uri.location());
    try (KeyCustody custody = provider.open(uri, options)) {
      CustodyInfo info = custody.info();
      notes.add(
          Section.titled("store").with("back end", info.backend()).with("scheme", info.scheme()));
      boolean unlocked = depth == ProbeDepth.TRY && notes.unlock(custody::unlock, uri);
      if (unlocked) {
        notes.add(Section.titled("proven").with("capabilities", custody.capabilities().toString()));
      }
      notes.store(info, custody.health());
      if (unlocked) {
        notes.keys(custody.list());
      }
    } catch (CustodyException e) {
      notes.stop("keys", e, "");
    }
    return notes.report();
  }
}
