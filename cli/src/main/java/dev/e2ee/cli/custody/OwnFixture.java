package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.io.IOException;
import java.util.Optional;

/** A store of the user's own as the TCK runs over it: a key file's copies, or the store itself. */
sealed interface OwnFixture extends CustodyFixture permits KeyFileCopies, OwnStoreFixture {
  /**
   * Of a store that opens and whose secret is right: else the whole run would say so, at length.
   *
   * @throws Failure USAGE when there is an outage that the store does not need
   * @throws dev.e2ee.spi.CustodyException as opening and unlocking do
   */
  static OwnFixture of(
      CustodyUri uri,
      KeptSecret secret,
      Optional<Outage> outage,
      boolean spendATry,
      AuditSink audit)
      throws IOException {
    boolean copied = KeyFileCopies.canBeOf(uri);
    if (copied && outage.isPresent()) {
      throw Failure.usage("copies of a key file go away by themselves: leave the options out", "");
    }
    Preflight.unlocked(uri, secret, audit).close();
    return copied
        ? KeyFileCopies.of(uri, secret)
        : new OwnStoreFixture(uri, secret, outage, spendATry, OwnStoreFixture.seen(uri));
  }

  /** What the store tells without its secret. */
  static ProbeReport look(CustodyUri uri) {
    return CustodyProbe.of(Custodies.installed().provider(uri))
        .probe(uri, CustodyOptions.defaults(), ProbeDepth.LOOK);
  }

  /** The store's address. */
  CustodyUri uri();

  /**
   * What a person should know before it begins, if there is anything.
   *
   * @param keys how many it makes, such as {@code about 70 keys}
   * @param names with what their names begin
   */
  Optional<String> warning(String keys, String names);

  /** What a run has left in the user's store, and retires of it what can be retired. */
  Leftovers leftovers(String names, AuditSink audit);

  @Override
  default Optional<String> address() {
    return Optional.of(uri().toString());
  }

  @Override
  default Class<? extends CustodyProvider> provider() {
    return Preflight.provider(uri());
  }
}
