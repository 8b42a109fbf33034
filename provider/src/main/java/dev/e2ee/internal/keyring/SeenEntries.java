package dev.e2ee.internal.keyring;

import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.CollectionTrust.SeenEpoch;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The entries of a keyring without a head that somebody pinned has made. {@code
 * testvectors/spec/keyring.md}, section 6. One that was seen before is known by its digest; only
 * others cost a check of a signature.
 */
final class SeenEntries {
  /** Nobody honest makes one; a disk may damage a few. */
  private static final int MAX_FORGED = 16;

  private final Engine engine;
  private final String collection;
  private final CollectionTrust known;
  private int forged;

  private SeenEntries(Engine engine, String collection, CollectionTrust known) {
    this.engine = engine;
    this.collection = collection;
    this.known = known;
  }

  /**
   * Of each epoch the digest of each recipient's entry.
   *
   * @throws KeyringRefusedException when a recipient that was seen has none any more, or too many
   *     are not by the adder that they name
   */
  static SortedMap<Integer, SortedMap<Recipient, String>> of(
      Engine engine, KeyringDocument keyring, String collection, CollectionTrust known)
      throws KeyringRefusedException {
    SeenEntries seen = new SeenEntries(engine, collection, known);
    SortedMap<Integer, SortedMap<Recipient, String>> all = new TreeMap<>();
    for (Epoch epoch : keyring.epochs()) {
      all.put(epoch.number(), seen.of(epoch));
    }
    return all;
  }

  // [keyring-15]
  private SortedMap<Recipient, String> of(Epoch epoch) throws KeyringRefusedException {
    SeenEpoch before = known.epochs().get(epoch.number());
    SortedMap<Recipient, String> expected =
        before == null ? Collections.emptySortedMap() : before.recipients();
    SortedMap<Recipient, String> found = new TreeMap<>();
    for (Entry entry : epoch.entries()) {
      String digest = expected.get(entry.recipient());
      if (digest != null && digest.equals(entry.digest(engine))) {
        found.put(entry.recipient(), digest);
      }
    }
    for (Entry entry : epoch.entries()) {
      if (!found.containsKey(entry.recipient()) && isAuthentic(entry, epoch.number())) {
        found.put(entry.recipient(), entry.digest(engine));
      }
    }
    if (!found.keySet().containsAll(expected.keySet())) {
      throw HeadCheck.refused(
          Reason.DROPPED_ENTRY,
          collection,
          "the entry of a recipient that this device has seen in epoch "
              + epoch.number()
              + " is gone or damaged");
    }
    return found;
  }

  // [keyring-26]
  private boolean isAuthentic(Entry entry, int epoch) throws KeyringRefusedException {
    if (!known.signers().contains(entry.adder())) {
      return false;
    }
    if (entry.isSigned(engine, epoch)) {
      return true;
    }
    if (++forged > MAX_FORGED) {
      throw HeadCheck.refused(
          Reason.NOT_TRACEABLE,
          collection,
          "more than " + MAX_FORGED + " of its entries are not by the adder that they name");
    }
    return false;
  }
}
