package dev.e2ee.internal.keyring;

import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.SecretBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes keyrings from keyrings. {@code testvectors/spec/keyring.md}, section 7.
 *
 * @param own keys of the device that changes it
 * @param self the same as a recipient
 * @param collection whose keyring it is
 */
public record KeyringEdit(DeviceKeys own, Recipient self, String collection) {
  /**
   * A keyring and the CEKs that its maker has, which whoever gets them closes.
   *
   * @param document the new keyring
   * @param keys of its epochs
   */
  public record Result(KeyringDocument document, EpochKeys keys) {}

  /** A new keyring, with this device as its only member. */
  public Result create(boolean withHead) {
    SecretBytes cek = newCek();
    Epoch first = orWiped(cek, () -> epoch(1, List.of(self), cek));
    KeyringDocument bare = new KeyringDocument(List.of(first), null, new Json.Members(Map.of()));
    EpochKeys keys = new EpochKeys(bare, self, new TreeMap<>(Map.of(1, cek)));
    return result(keys, () -> withHead ? signed(bare, keys, new TreeMap<>(), List.of()) : bare);
  }

  /** Signing may fail, in custody; nobody else has the keys then. */
  private static Result result(EpochKeys keys, Supplier<KeyringDocument> document) {
    boolean done = false;
    try {
      Result result = new Result(document.get(), keys);
      done = true;
      return result;
    } finally {
      if (!done) {
        keys.close();
      }
    }
  }

  private static <T> T orWiped(SecretBytes cek, Supplier<T> work) {
    boolean done = false;
    try {
      T made = work.get();
      done = true;
      return made;
    } finally {
      if (!done) {
        cek.close();
      }
    }
  }

  // [keyring-17]
  private SecretBytes newCek() {
    return SecretBytes.adopt(own.engine().random(Entry.CEK));
  }

  private Epoch epoch(int number, List<Recipient> recipients, SecretBytes cek) {
    long now = Instant.now().getEpochSecond();
    List<Entry> entries =
        recipients.stream().map(recipient -> Entry.wrap(own, recipient, cek, number, now)).toList();
    return Epoch.of(number, entries, now);
  }

  /**
   * With one recipient more.
   *
   * @throws IllegalStateException when it is in the current epoch already, or there is no room
   */
  // [keyring-18]
  public Result add(KeyringDocument before, EpochKeys keys, Recipient recipient)
      throws NoEpochKeyException {
    Epoch current = before.current();
    if (current.has(recipient)) {
      throw new IllegalStateException(
          recipient.key() + " is a member already, in epoch " + current.number());
    }
    requireRoom(
        current.entries().size() < Epoch.MAX_ENTRIES,
        "the entries of an epoch are ",
        Epoch.MAX_ENTRIES);
    requireRoomForHead(before.head());
    long now = Instant.now().getEpochSecond();
    Entry entry = Entry.wrap(own, recipient, keys.cek(current.number()), current.number(), now);
    List<Epoch> epochs = new ArrayList<>(before.epochs());
    epochs.set(epochs.size() - 1, current.with(entry));
    KeyringDocument bare = new KeyringDocument(epochs, null, before.others());
    EpochKeys copies = keys.copiedTo(bare);
    return result(copies, () -> next(bare, copies, before.head()));
  }

  /**
   * A new epoch, for the members that are authentic.
   *
   * @param without the one who goes, or null
   * @throws IllegalStateException when that one is no member or this device, or there is no room
   */
  // [keyring-16] [keyring-18]
  public Result rotate(
      KeyringDocument before,
      EpochKeys keys,
      List<Recipient> authentic,
      @Nullable Recipient without) {
    if (without != null && !before.current().has(without)) {
      throw new IllegalStateException(without.key() + " is no member in the current epoch");
    }
    if (self.equals(without)) {
      throw new IllegalStateException("a device cannot remove itself; another member has to");
    }
    int number = before.current().number() + 1;
    requireRoom(
        number <= KeyringDocument.MAX_EPOCHS,
        "the epochs of a keyring are ",
        KeyringDocument.MAX_EPOCHS);
    requireRoomForHead(before.head());
    List<Recipient> staying =
        authentic.stream().filter(recipient -> !recipient.equals(without)).toList();
    SecretBytes cek = newCek();
    return orWiped(
        cek,
        () -> {
          List<Epoch> epochs = new ArrayList<>(before.epochs());
          epochs.add(epoch(number, staying, cek));
          KeyringDocument bare = new KeyringDocument(epochs, null, before.others());
          EpochKeys more = keys.copiedTo(bare);
          more.add(number, cek);
          return result(more, () -> next(bare, more, before.head()));
        });
  }

  /**
   * A head for a keyring that has none.
   *
   * @param pinned the signers that this device trusts with the collection
   */
  // [keyring-19]
  public Result addHead(KeyringDocument before, EpochKeys keys, Set<Signer> pinned)
      throws KeyringRefusedException {
    if (before.head() != null) {
      throw new IllegalStateException("the keyring has a head already");
    }
    for (Epoch epoch : before.epochs()) {
      if (!keys.epochs().contains(epoch.number())) {
        throw HeadCheck.refused(
            Reason.NOT_TRACEABLE,
            collection,
            "this device has no key of epoch "
                + epoch.number()
                + "; a member of every epoch can give it a head");
      }
      Set<Recipient> met = new HashSet<>();
      for (Entry entry : epoch.entries()) {
        if (!pinned.contains(entry.adder()) || !entry.isSigned(own.engine(), epoch.number())) {
          throw untraceable(epoch, entry, "is not by a pinned adder");
        }
        if (!met.add(entry.recipient())) {
          throw untraceable(
              epoch,
              entry,
              "stands there twice, and its recipient would refuse the keyring with a head for ever:"
                  + " put the keyring in which it stands once on the server, or begin another"
                  + " collection");
        }
      }
    }
    KeyringDocument bare = new KeyringDocument(before.epochs(), null, before.others());
    EpochKeys copies = keys.copiedTo(bare);
    return result(copies, () -> signed(bare, copies, new TreeMap<>(), List.of()));
  }

  private KeyringRefusedException untraceable(Epoch epoch, Entry entry, String why) {
    return HeadCheck.refused(
        Reason.NOT_TRACEABLE,
        collection,
        "the entry for " + entry.recipient().key() + " in epoch " + epoch.number() + " " + why);
  }

  private static void requireRoom(boolean isThere, String what, int most) {
    if (!isThere) {
      throw new IllegalStateException(what + most + " at the most; begin another collection");
    }
  }

  private static void requireRoomForHead(@Nullable Head before) {
    requireRoom(
        before == null || before.previous().size() < Head.MAX_PREVIOUS,
        "the heads of a collection are ",
        1 + Head.MAX_PREVIOUS);
  }

  private KeyringDocument next(KeyringDocument bare, EpochKeys keys, @Nullable Head before) {
    if (before == null) {
      return bare;
    }
    List<String> previous = new ArrayList<>(before.previous());
    previous.add(before.digest(own.engine()));
    return signed(bare, keys, before.epochs(), previous);
  }

  /** Commitments of epochs whose CEK this device has not come from the head before. */
  private KeyringDocument signed(
      KeyringDocument bare,
      EpochKeys keys,
      SortedMap<Integer, Head.SignedEpoch> before,
      List<String> previous) {
    SortedMap<Integer, String> commitments = new TreeMap<>();
    before.forEach((number, signed) -> commitments.put(number, signed.commitment()));
    keys.forEach(
        (number, cek) ->
            commitments.put(number, Cek.commitment(own.engine(), cek, collection, number)));
    SortedMap<Integer, Head.SignedEpoch> signed = new TreeMap<>();
    for (Epoch epoch : bare.epochs()) {
      String commitment = commitments.get(epoch.number());
      signed.put(
          epoch.number(),
          new Head.SignedEpoch(Objects.requireNonNull(commitment), epoch.digest(own.engine())));
    }
    Head head = Head.sign(own, collection, signed, previous);
    return new KeyringDocument(bare.epochs(), head, bare.others());
  }
}
