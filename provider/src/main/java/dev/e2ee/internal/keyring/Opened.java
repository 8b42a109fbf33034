package dev.e2ee.internal.keyring;

import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.CollectionTrust.SeenEpoch;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.spi.SecretBytes;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.AEADBadTagException;

/**
 * A keyring that was checked and whose entries for this device were opened. {@code
 * testvectors/spec/keyring.md}, sections 5 and 6.
 *
 * @param keys of the epochs that it has; perhaps not of the current one
 * @param trust what it remembers from now on
 */
public record Opened(EpochKeys keys, CollectionTrust trust) {
  /** One of the two ways to open a keyring. */
  public interface Way {
    /** Opens it, with what is known of its collection. */
    Opened open(
        DeviceKeys own,
        Recipient self,
        KeyringDocument keyring,
        String collection,
        CollectionTrust known)
        throws KeyringRefusedException;
  }

  private enum Fault {
    TWICE("this device stands in it twice"),
    NOT_PINNED("its adder is not pinned"),
    NOT_SIGNED("the adder's signature is wrong"),
    NOT_OPENED("it does not open with this device's key");

    private final String text;

    Fault(String text) {
      this.text = text;
    }
  }

  private static final class FaultyEntry extends Exception {
    private static final long serialVersionUID = 1L;
    private final Fault fault;

    FaultyEntry(Fault fault) {
      super(fault.text);
      this.fault = fault;
    }
  }

  private record Reader(DeviceKeys own, Recipient self, String collection, CollectionTrust known) {
    /** The CEK of an epoch, or nothing when there is no entry for this device. */
    // [keyring-6]
    Optional<SecretBytes> cek(Epoch epoch, boolean pinned) throws FaultyEntry {
      List<Entry> entries = epoch.entriesFor(self);
      if (entries.isEmpty()) {
        return Optional.empty();
      }
      if (entries.size() > 1) {
        throw new FaultyEntry(Fault.TWICE);
      }
      Entry entry = entries.get(0);
      if (pinned && !known.signers().contains(entry.adder())) {
        throw new FaultyEntry(Fault.NOT_PINNED);
      }
      if (!entry.isSigned(own.engine(), epoch.number())) {
        throw new FaultyEntry(Fault.NOT_SIGNED);
      }
      try {
        return Optional.of(entry.unwrap(own));
      } catch (AEADBadTagException e) {
        throw new FaultyEntry(Fault.NOT_OPENED);
      }
    }

    /**
     * The CEKs of all epochs that have one for this device, compared with what is expected.
     *
     * @param withHead whether a head vouches for all entries: then none may be faulty; else the
     *     adder must be pinned, and an old epoch with a faulty one is an epoch that it has not
     */
    EpochKeys keys(
        KeyringDocument keyring, boolean withHead, SortedMap<Integer, String> commitments)
        throws KeyringRefusedException {
      SortedMap<Integer, SecretBytes> ceks = new TreeMap<>();
      boolean done = false;
      try {
        for (Epoch epoch : keyring.epochs()) {
          try {
            cek(epoch, !withHead).ifPresent(cek -> ceks.put(epoch.number(), cek));
          } catch (FaultyEntry e) {
            if (withHead || epoch.number() == keyring.current().number()) {
              throw refused(epoch, e);
            }
          }
        }
        EpochKeys keys = new EpochKeys(keyring, self, ceks);
        keys.check(own.engine(), collection, commitments);
        done = true;
        return keys;
      } finally {
        if (!done) {
          ceks.values().forEach(SecretBytes::close);
        }
      }
    }

    private KeyringRefusedException refused(Epoch epoch, FaultyEntry e) {
      return HeadCheck.refused(
          e.fault == Fault.NOT_OPENED ? Reason.OTHER_KEY : Reason.NOT_TRACEABLE,
          collection,
          "the entry for this device in epoch " + epoch.number() + ": " + e.getMessage());
    }
  }

  /** Of a keyring whose head was signed by a pinned signer. */
  public static Opened withHead(
      DeviceKeys own,
      Recipient self,
      KeyringDocument keyring,
      String collection,
      CollectionTrust known)
      throws KeyringRefusedException {
    requirePins(collection, known);
    // [keyring-8]
    Head head = keyring.head();
    if (head == null) {
      throw HeadCheck.refused(
          Reason.NO_HEAD,
          collection,
          "it has no signed head; a keyring of a Starfish client is opened without one when that is"
              + " asked for");
    }
    HeadCheck.check(own.engine(), keyring, head, collection, known);
    Reader reader = new Reader(own, self, collection, known);
    EpochKeys keys = reader.keys(keyring, true, commitments(head));
    return new Opened(keys, HeadCheck.taken(own.engine(), known, keyring, head, keys));
  }

  private static void requirePins(String collection, CollectionTrust known)
      throws KeyringRefusedException {
    if (known.signers().isEmpty()) {
      throw HeadCheck.refused(
          Reason.NOTHING_PINNED,
          collection,
          "no signer is pinned for it; compare the key of the collection's owner with the owner, and"
              + " pin it");
    }
  }

  private static SortedMap<Integer, String> commitments(Head head) {
    SortedMap<Integer, String> expected = new TreeMap<>();
    head.epochs().forEach((number, signed) -> expected.put(number, signed.commitment()));
    return expected;
  }

  /** Of a keyring that a Starfish client made. */
  // [keyring-13] [keyring-14]
  public static Opened withoutHead(
      DeviceKeys own,
      Recipient self,
      KeyringDocument keyring,
      String collection,
      CollectionTrust known)
      throws KeyringRefusedException {
    requirePins(collection, known);
    if (keyring.head() != null) {
      throw HeadCheck.refused(
          Reason.NO_HEAD,
          collection,
          "it has a head, which is not left unlooked at; open it with that");
    }
    if (known.revision() > 0) {
      throw HeadCheck.refused(
          Reason.NO_HEAD, collection, "this device has seen it with a head; open it with that");
    }
    if (keyring.current().number() < known.epoch()) {
      throw HeadCheck.refused(
          Reason.ROLLBACK,
          collection,
          "it is in epoch "
              + keyring.current().number()
              + ", and this device has seen epoch "
              + known.epoch());
    }
    var entries = SeenEntries.of(own.engine(), keyring, collection, known);
    Reader reader = new Reader(own, self, collection, known);
    EpochKeys keys = reader.keys(keyring, false, commitments(known));
    return new Opened(keys, known.seen(seen(own, entries, keys, collection, known)));
  }

  /**
   * What a device remembers of a keyring that it has made itself from a trusted one.
   *
   * @throws KeyringRefusedException when it has seen a recipient meanwhile that is not in it
   */
  public static CollectionTrust remembered(
      DeviceKeys own,
      KeyringDocument keyring,
      EpochKeys keys,
      String collection,
      CollectionTrust known)
      throws KeyringRefusedException {
    Head head = keyring.head();
    if (head != null) {
      return HeadCheck.taken(own.engine(), known, keyring, head, keys);
    }
    var entries = SeenEntries.of(own.engine(), keyring, collection, known);
    return known.seen(seen(own, entries, keys, collection, known));
  }

  private static SortedMap<Integer, String> commitments(CollectionTrust known) {
    SortedMap<Integer, String> expected = new TreeMap<>();
    known
        .epochs()
        .forEach(
            (number, seen) ->
                seen.commitment().ifPresent(commitment -> expected.put(number, commitment)));
    return expected;
  }

  /** Of the epochs up to the highest one that an adder vouches for; a server can make more. */
  // [keyring-15]
  private static SortedMap<Integer, SeenEpoch> seen(
      DeviceKeys own,
      SortedMap<Integer, SortedMap<Recipient, String>> entries,
      EpochKeys keys,
      String collection,
      CollectionTrust known) {
    SortedMap<Integer, String> commitments = commitments(known);
    keys.forEach(
        (number, cek) ->
            commitments.put(number, Cek.commitment(own.engine(), cek, collection, number)));
    SortedMap<Integer, String> fingerprints = keys.fingerprints(own.engine(), known);
    NavigableMap<Integer, SeenEpoch> seen = new TreeMap<>();
    int highest = known.epoch();
    for (var epoch : entries.entrySet()) {
      int number = epoch.getKey();
      Optional<String> commitment = Optional.ofNullable(commitments.get(number));
      Optional<String> fingerprint = Optional.ofNullable(fingerprints.get(number));
      seen.put(number, new SeenEpoch(commitment, fingerprint, Optional.empty(), epoch.getValue()));
      highest = epoch.getValue().isEmpty() ? highest : Math.max(highest, number);
    }
    return seen.headMap(highest, true);
  }
}
