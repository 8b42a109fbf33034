package dev.e2ee.custody.tck;

import dev.e2ee.spi.CustodyProvider;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the author of a back end gives: its class, stores to try, and what cannot be tried. */
public interface CustodyFixture {
  /** What is tested, for the report: product and version, such as {@code SoftHSM 2.6.1}. */
  String name();

  /**
   * What else the report shall tell of what was tested, by name: model, serial number, versions of
   * firmware and module, settings. No secrets.
   */
  default Map<String, String> facts() {
    return Map.of();
  }

  /**
   * The address that the report shows, where it is not that of the last store: of copies the
   * original's. No values of its query.
   */
  default Optional<String> address() {
    return Optional.empty();
  }

  /**
   * The back end's class, which is listed as a service. It is found through {@link
   * dev.e2ee.spi.Custodies}, by its scheme, in this process and in others.
   */
  Class<? extends CustodyProvider> provider();

  /**
   * A store for one point; closed after it. A new one where that can be had: points that share one
   * are slower to read when something fails. There may be keys of others in it, which no point
   * touches.
   *
   * @param needs the faults that will be asked of it
   */
  TestedStore newStore(Set<Fault> needs) throws IOException, InterruptedException;

  /**
   * The faults that cannot be produced, each with the reason, a sentence for the report. Points
   * that need one of them are not run and are counted as declared, never as passed.
   */
  default Map<Fault, String> notProduced() {
    return Map.of();
  }
}
