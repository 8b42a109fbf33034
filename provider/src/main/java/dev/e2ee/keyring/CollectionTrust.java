package dev.e2ee.keyring;

import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a device trusts and remembers of one collection. {@code testvectors/spec/keyring.md},
 * [keyring-9], [keyring-11] and [keyring-15]. Nothing of it is secret; all of it must be where a
 * server cannot change it, or put an old one back.
 *
 * @param signers that are pinned
 * @param epoch the highest one seen, 0 before the first
 * @param revision of the last head taken, 0 before the first
 * @param head its digest, 64 lower-case hex digits; empty before the first
 * @param epochs what was seen of each, by its number
 */
public record CollectionTrust(
    SortedSet<Signer> signers,
    int epoch,
    int revision,
    Optional<String> head,
    SortedMap<Integer, SeenEpoch> epochs) {

  /**
   * What was seen of one epoch. Digests are 64 lower-case hex digits.
   *
   * @param commitment to its CEK; without a head, empty when this device had none
   * @param fingerprint of its CEK, in whatever collection; empty when this device had none
   * @param entries digest of the epoch's object, when a head has closed it
   * @param recipients that had an authentic entry, each with its digest; with a head, those of
   *     pinned adders, with the first entry of each
   */
  public record SeenEpoch(
      Optional<String> commitment,
      Optional<String> fingerprint,
      Optional<String> entries,
      SortedMap<Recipient, String> recipients) {
    /** Keeps a map of its own. */
    public SeenEpoch {
      recipients = Collections.unmodifiableSortedMap(new TreeMap<>(recipients));
    }
  }

  /** Keeps collections of its own. */
  public CollectionTrust {
    signers = Collections.unmodifiableSortedSet(new TreeSet<>(signers));
    epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
  }

  /** Of a collection of which nothing was seen. */
  static CollectionTrust none() {
    return new CollectionTrust(new TreeSet<>(), 0, 0, Optional.empty(), new TreeMap<>());
  }

  /** Whether both have seen the same keyring, whomever they trust. */
  boolean hasSeenTheSameAs(CollectionTrust other) {
    return epoch == other.epoch
        && revision == other.revision
        && head.equals(other.head)
        && epochs.equals(other.epochs);
  }

  /** What this one has seen, with the signers of another one. */
  CollectionTrust trustingAs(CollectionTrust other) {
    return new CollectionTrust(other.signers, epoch, revision, head, epochs);
  }

  /** Digests that belong to this collection only: of its keys and of its entries. */
  // [keyring-25]
  Set<String> marks() {
    Set<String> marks = keyMarks();
    epochs.values().forEach(seen -> marks.addAll(seen.recipients().values()));
    return marks;
  }

  /** What may not be another collection's: its keys, and without a head its entries. */
  // [keyring-25]
  Set<String> ownMarks() {
    return revision > 0 ? keyMarks() : marks();
  }

  private Set<String> keyMarks() {
    Set<String> marks = new HashSet<>();
    epochs.values().forEach(seen -> seen.fingerprint().ifPresent(marks::add));
    return marks;
  }

  /** Whether this is the authentic entry that was seen for a recipient of an epoch. */
  boolean hasSeen(int number, Recipient recipient, String digest) {
    SeenEpoch seen = epochs.get(number);
    return seen != null && digest.equals(seen.recipients().get(recipient));
  }

  /** The same with one signer more. */
  CollectionTrust with(Signer signer) {
    SortedSet<Signer> more = new TreeSet<>(signers);
    more.add(signer);
    return new CollectionTrust(more, epoch, revision, head, epochs);
  }

  /** The same without one signer. */
  CollectionTrust without(Signer signer) {
    SortedSet<Signer> rest = new TreeSet<>(signers);
    rest.remove(signer);
    return new CollectionTrust(rest, epoch, revision, head, epochs);
  }

  /** The same after a head was taken. */
  public CollectionTrust seen(
      int newRevision, String digest, SortedMap<Integer, SeenEpoch> newEpochs) {
    return new CollectionTrust(
        signers, newEpochs.lastKey(), newRevision, Optional.of(digest), newEpochs);
  }

  /** The same after a keyring without a head was taken. */
  public CollectionTrust seen(SortedMap<Integer, SeenEpoch> newEpochs) {
    int highest = newEpochs.isEmpty() ? epoch : newEpochs.lastKey();
    return new CollectionTrust(signers, highest, 0, Optional.empty(), newEpochs);
  }
}
