package dev.e2ee.spi.probe;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import java.util.List;

/**
 * What a back end can tell of its stores to whoever sets one up or looks for a fault. A {@link
 * CustodyProvider} may implement it, and loses nothing when it does not: {@link #of} tells of such
 * a one what every custody tells of itself.
 *
 * <p>Three promises to the person who runs it: a probe spends at most one PIN or passphrase, and
 * none when the store says that the next wrong one would lock it; it leaves no key behind and
 * changes none; it says what to do next.
 */
public interface CustodyProbe {
  /**
   * Looks into a store. What is wrong with it is a finding with a remedy, not an exception.
   *
   * @param depth {@link ProbeDepth#LOOK} is what {@code e2ee doctor} does, {@link ProbeDepth#TRY}
   *     what {@code e2ee custody probe} does
   */
  ProbeReport probe(CustodyUri uri, CustodyOptions options, ProbeDepth depth);

  /**
   * The stores that a URI may mean: each with a URI that means it alone. Asks for no secret.
   *
   * @return without an answer of its own the URI itself
   * @throws CustodyException MISSING, UNSUPPORTED … when the place that it names cannot be looked
   *     into, REMOVED when it has stores and none is meant
   */
  default List<FoundStore> stores(CustodyUri uri, CustodyOptions options) {
    return List.of(new FoundStore(uri, "as named"));
  }

  /**
   * Where on this machine stores of this kind may be; without an answer of its own, nowhere that is
   * known. Reads directories and settings, and loads nothing that it finds.
   */
  default List<FoundStore> places() {
    return List.of();
  }

  /** The provider's own probe, or one that asks its custody what every custody must answer. */
  static CustodyProbe of(CustodyProvider provider) {
    return provider instanceof CustodyProbe own ? own : new PlainProbe(provider);
  }
}
