package dev.e2ee.internal.keyring;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** The CEKs of a keyring that this device has, until they are closed. */
public final class EpochKeys implements AutoCloseable {
  private final KeyringDocument keyring;
  private final Recipient own;
  private final NavigableMap<Integer, SecretBytes> ceks;

  /** Takes over the CEKs. */
  EpochKeys(KeyringDocument keyring, Recipient own, SortedMap<Integer, SecretBytes> ceks) {
    this.keyring = keyring;
    this.own = own;
    this.ceks = new TreeMap<>(ceks);
  }

  /** The epochs whose CEK this device has. */
  public SortedSet<Integer> epochs() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(ceks.keySet()));
  }

  /**
   * The CEK of an epoch; stays this object's.
   *
   * @throws NoEpochKeyException when this device has none
   */
  public SecretBytes cek(int epoch) throws NoEpochKeyException {
    SecretBytes cek = ceks.get(epoch);
    if (cek == null) {
      throw missing(keyring, own, epoch);
    }
    return cek;
  }

  /**
   * The UMK of an epoch's envelopes.
   *
   * @throws NoEpochKeyException when this device has no key of the epoch
   */
  public UserMasterKey masterKey(Engine engine, String collection, int epoch)
      throws NoEpochKeyException {
    return Cek.masterKey(engine, cek(epoch), collection, epoch);
  }

  /** Calls back with each. */
  void forEach(BiConsumer<Integer, SecretBytes> consumer) {
    ceks.forEach(consumer);
  }

  /** Of each the fingerprint, besides those that were seen before. */
  SortedMap<Integer, String> fingerprints(Engine engine, CollectionTrust known) {
    SortedMap<Integer, String> all = new TreeMap<>();
    known.epochs().forEach((number, seen) -> seen.fingerprint().ifPresent(f -> all.put(number, f)));
    ceks.forEach((number, cek) -> all.put(number, Cek.fingerprint(engine, cek)));
    return all;
  }

  /**
   * Copies of all, for a keyring that comes from this one.
   *
   * @throws IllegalStateException when they were closed; no copy is left then
   */
  EpochKeys copiedTo(KeyringDocument next) {
    EpochKeys copies = new EpochKeys(next, own, new TreeMap<>());
    boolean done = false;
    try {
      ceks.forEach((number, cek) -> copies.add(number, copyOf(cek)));
      done = true;
      return copies;
    } finally {
      if (!done) {
        copies.close();
      }
    }
  }

  /** Takes over one more. */
  void add(int epoch, SecretBytes cek) {
    ceks.put(epoch, cek);
  }

  private static SecretBytes copyOf(SecretBytes secret) {
    return SecretBytes.adopt(secret.copy());
  }

  static NoEpochKeyException missing(KeyringDocument keyring, Recipient own, int epoch) {
    int current = keyring.current().number();
    int first =
        keyring.epochs().stream()
            .filter(each -> each.has(own))
            .mapToInt(Epoch::number)
            .findFirst()
            .orElse(0);
    if (first == 0) {
      return new NoEpochKeyException(
          NoEpochKeyException.Reason.NOT_A_MEMBER,
          "this device has no entry in the keyring; ask a member to add it");
    }
    if (!keyring.current().has(own)) {
      return new NoEpochKeyException(
          NoEpochKeyException.Reason.REMOVED,
          "this device was a member, and is none since a later epoch than "
              + lastOf(keyring, own)
              + "; ask a member to add it again");
    }
    if (epoch < 1 || epoch > current) {
      return new NoEpochKeyException(
          NoEpochKeyException.Reason.UNKNOWN_EPOCH,
          "the keyring has the epochs 1 to "
              + current
              + ", and "
              + epoch
              + " is asked for; fetch the keyring anew");
    }
    if (epoch < first) {
      return new NoEpochKeyException(
          NoEpochKeyException.Reason.JOINED_LATER,
          "this device joined in epoch "
              + first
              + ", and what it wants was sealed in epoch "
              + epoch
              + "; a member who was there can seal it anew");
    }
    if (!keyring.epochs().get(epoch - 1).has(own)) {
      return new NoEpochKeyException(
          NoEpochKeyException.Reason.REMOVED,
          "this device was no member in epoch " + epoch + ", between two times when it was one");
    }
    return new NoEpochKeyException(
        NoEpochKeyException.Reason.DAMAGED,
        "this device has no authentic entry in epoch " + epoch + " of the keyring");
  }

  private static int lastOf(KeyringDocument keyring, Recipient own) {
    return keyring.epochs().stream()
        .filter(each -> each.has(own))
        .mapToInt(Epoch::number)
        .max()
        .orElseThrow();
  }

  /** Compares the commitments of all CEKs with those that are expected, where one is. */
  // [keyring-12] [keyring-15]
  void check(Engine engine, String collection, SortedMap<Integer, String> expected)
      throws KeyringRefusedException {
    for (var one : ceks.entrySet()) {
      String commitment = expected.get(one.getKey());
      if (commitment != null
          && !MessageDigest.isEqual(
              KeyText.bytes(commitment),
              KeyText.bytes(Cek.commitment(engine, one.getValue(), collection, one.getKey())))) {
        throw HeadCheck.refused(
            Reason.OTHER_KEY,
            collection,
            "the key of its epoch " + one.getKey() + " is another than its commitment");
      }
    }
  }

  @Override
  public void close() {
    ceks.values().forEach(SecretBytes::close);
  }
}
