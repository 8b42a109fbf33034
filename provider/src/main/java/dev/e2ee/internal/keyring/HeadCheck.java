package dev.e2ee.internal.keyring;

import dev.e2ee.internal.format.Identifier;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.spi.internal.crypto.Engine;

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
   * @return what it remembers from now on
   */
  static CollectionTrust check(
      Engine engine, KeyringDocument keyring, Head head, String collection, CollectionTrust known)
      throws KeyringRefusedException {
    HeadCheck check = new HeadCheck(engine, keyring, head, collection, known);
    check.signer();
    check.content();
    String digest = head.digest(engine);
    check.memory(digest);
    return known.seen(head.epoch(), head.revision(), digest);
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
  private void memory(String digest) throws KeyringRefusedException {
    int seen = known.revision();
    if (head.revision() < seen) {
      throw olderThanSeen();
    }
    if (seen > 0) {
      String there = head.revision() == seen ? digest : head.previous().get(seen - 1);
      if (!there.equals(known.head().orElseThrow())) {
        throw refused(
            Reason.FORK,
            "its revision " + seen + " is another than the one that this device has seen");
      }
    }
    if (head.epoch() < known.epoch()) { // of a keyring without a head, or by a signer's mistake
      throw olderThanSeen();
    }
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
