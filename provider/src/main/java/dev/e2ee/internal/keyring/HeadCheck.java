package dev.e2ee.internal.keyring;

import dev.e2ee.internal.format.Identifier;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.CollectionTrust.SeenEpoch;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether a keyring with a head is to be trusted. {@code testvectors/spec/keyring.md}, section 5.
 */
final class HeadCheck {
  private final Engine engine;
  private final KeyringDocument keyring;
  private final Head head;
  private final String collection;
  private final CollectionTrust known;

  private HeadCheck(
      Engine engine, KeyringDocument keyring, Head head, String collection, CollectionTrust known) {
    this.engine = engine;
    this.keyring = keyring;
    this.head = head;
    this.collection = collection;
    this.known = known;
  }

  /**
   * Checks all but the CEKs.
   *
   * @param known what this device trusts and remembers
   */
  static void check(
      Engine engine, KeyringDocument keyring, Head head, String collection, CollectionTrust known)
      throws KeyringRefusedException {
    HeadCheck check = new HeadCheck(engine, keyring, head, collection, known);
    check.signer();
    check.content();
    check.memory();
  }

  /** What is remembered of a head: of each epoch what no later one may change, and its entries. */
  // [keyring-11]
  static CollectionTrust taken(
      Engine engine, CollectionTrust known, KeyringDocument keyring, Head head, EpochKeys keys) {
    SortedMap<Integer, String> fingerprints = keys.fingerprints(engine, known);
    SortedMap<Integer, SeenEpoch> epochs = new TreeMap<>();
    head.epochs()
        .forEach(
            (number, signed) ->
                epochs.put(
                    number,
                    new SeenEpoch(
                        Optional.of(signed.commitment()),
                        Optional.ofNullable(fingerprints.get(number)),
                        Optional.of(signed.entries()).filter(closed -> number < head.epoch()),
                        keyring.epochs().get(number - 1).digests(engine, known.signers()))));
    return known.seen(head.revision(), head.digest(engine), epochs);
  }

  // [keyring-9]
  private void signer() throws KeyringRefusedException {
    if (!known.signers().contains(head.signer())) {
      throw refused(
          Reason.NOT_SIGNED,
          "its head is by "
              + head.signer().key()
              + ", who is not pinned for it; pin that signer only after comparing the key with its"
              + " owner");
    }
    if (!head.isSigned(engine)) {
      throw refused(Reason.NOT_SIGNED, "the signature of its head is wrong");
    }
  }

  // [keyring-10]
  private void content() throws KeyringRefusedException {
    if (!head.collection().equals(collection)) {
      throw refused(
          Reason.OTHER_COLLECTION, "it is the keyring of " + Identifier.shown(head.collection()));
    }
    if (head.epoch() != keyring.current().number()
        || head.epochs().size() != keyring.epochs().size()) {
      throw refused(Reason.NOT_AS_SIGNED, "its epochs are not those that its head names");
    }
    for (Epoch epoch : keyring.epochs()) {
      Head.SignedEpoch signed = head.epochs().get(epoch.number());
      if (signed == null || !signed.entries().equals(epoch.digest(engine))) {
        throw refused(
            Reason.NOT_AS_SIGNED, "its epoch " + epoch.number() + " is not what was signed");
      }
    }
  }

  // [keyring-11]
  private void memory() throws KeyringRefusedException {
    int seen = known.revision();
    if (head.revision() < seen) {
      throw olderThanSeen();
    }
    if (seen > 0) {
      String there = head.revision() == seen ? head.digest(engine) : head.previous().get(seen - 1);
      if (!there.equals(known.head().orElseThrow())) {
        throw refused(
            Reason.FORK,
            "its revision " + seen + " is another than the one that this device has seen");
      }
    }
    if (head.epoch() < known.epoch()) { // of a keyring without a head, or by a signer's mistake
      throw olderThanSeen();
    }
    for (var before : known.epochs().entrySet()) {
      Epoch epoch = keyring.epochs().get(before.getKey() - 1);
      Head.SignedEpoch signed = Objects.requireNonNull(head.epochs().get(before.getKey()));
      if (seen > 0) {
        continues(epoch, signed, before.getValue());
      } else {
        begins(epoch, signed, before.getValue());
      }
    }
  }

  /** What an earlier head said of an epoch. */
  // [keyring-11]
  private void continues(Epoch epoch, Head.SignedEpoch signed, SeenEpoch before)
      throws KeyringRefusedException {
    if (!isNoOther(before.commitment(), signed.commitment())
        || !isNoOther(before.entries(), signed.entries())) {
      throw refused(
          Reason.FORK,
          "its epoch " + epoch.number() + " is another than the one that this device has seen");
    }
  }

  /** What was seen of an epoch before the keyring had a head. */
  // [keyring-11]
  private void begins(Epoch epoch, Head.SignedEpoch signed, SeenEpoch before)
      throws KeyringRefusedException {
    if (!isNoOther(before.commitment(), signed.commitment())) {
      throw refused(
          Reason.OTHER_KEY,
          "the key of its epoch "
              + epoch.number()
              + " is another than the one that this device has seen, before it had a head");
    }
    if (!epoch.recipients().containsAll(before.recipients().keySet())) {
      throw refused(
          Reason.DROPPED_ENTRY,
          "a recipient that this device has seen in epoch "
              + epoch.number()
              + ", before it had a head, is gone");
    }
  }

  private static boolean isNoOther(Optional<String> before, String now) {
    return before.isEmpty() || before.get().equals(now);
  }

  private KeyringRefusedException olderThanSeen() {
    return refused(
        Reason.ROLLBACK,
        "it is revision "
            + head.revision()
            + " in epoch "
            + head.epoch()
            + ", and this device has seen revision "
            + known.revision()
            + " in epoch "
            + known.epoch());
  }

  private KeyringRefusedException refused(Reason reason, String why) {
    return refused(reason, collection, why);
  }

  static KeyringRefusedException refused(Reason reason, String collection, String why) {
    return new KeyringRefusedException(
        reason, "the keyring for " + Identifier.shown(collection) + " is refused: " + why);
  }
}
