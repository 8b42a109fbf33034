package dev.e2ee.keyring;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.keyring.Entry;
import dev.e2ee.internal.keyring.EpochKeys;
import dev.e2ee.internal.keyring.Head;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.internal.keyring.KeyringDocument;
import dev.e2ee.internal.keyring.KeyringEdit;
import dev.e2ee.internal.keyring.Opened;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.KeyRing;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keyring of a collection, as one of its members has opened it: the keys of the epochs that
 * this device has, until it is closed. {@code testvectors/spec/keyring.md}. Safe for use by many
 * threads.
 *
 * <p>The keyring lies on a server that nobody trusts, as JSON, and is changed by a member who is
 * pinned as signer with every other one:
 *
 * <pre>{@code
 * TrustStore trust = FileTrustStore.at(folder);
 * KeyringChange created = Keyring.create("notes", me, trust);
 * server.put("notes/_keyring", created.document());
 * try (Keyring keyring = created.published()) {
 *   KeyringChange added = keyring.add(Recipient.of(bob));
 *   …
 * }
 * }</pre>
 *
 * <p>Nothing is sealed under a new key before {@link KeyringChange#published} has been told that
 * the server has the keyring. What is sealed is opened by every member of its epoch.
 */
public final class Keyring implements AutoCloseable {
  private final String collection;
  private final DeviceIdentity device;
  private final Recipient self;
  private final TrustStore store;
  private final CollectionTrust trust;
  private final KeyringDocument keyring;
  private final EpochKeys keys;

  Keyring(
      String collection,
      DeviceIdentity device,
      Recipient self,
      TrustStore store,
      CollectionTrust trust,
      KeyringDocument keyring,
      EpochKeys keys) {
    this.collection = collection;
    this.device = device;
    this.self = self;
    this.store = store;
    this.trust = trust;
    this.keyring = keyring;
    this.keys = keys;
  }

  /**
   * Makes a keyring with this device as its only member, and pins the device as its signer.
   *
   * @param collection 1 to 1024 bytes of UTF-8, unique among all that the members share
   * @param device with keys for X25519 and Ed25519; stays the caller's, and open as long as the
   *     keyring
   * @throws InvalidKeyException when the device has keys for other curves
   * @throws IllegalStateException when this device has seen a keyring of that collection
   * @throws IOException from the trust store
   */
  public static KeyringChange create(String collection, DeviceIdentity device, TrustStore trust)
      throws InvalidKeyException, IOException {
    return create(collection, device, trust, true);
  }

  /**
   * The same, without the signed head, for a collection that Starfish clients change too. What a
   * server can do to such a keyring: {@code testvectors/spec/keyring.md}, section 6.
   *
   * @throws InvalidKeyException as above
   * @throws IllegalStateException as above
   * @throws IOException as above
   */
  public static KeyringChange createWithoutHead(
      String collection, DeviceIdentity device, TrustStore trust)
      throws InvalidKeyException, IOException {
    return create(collection, device, trust, false);
  }

  private static KeyringChange create(
      String collection, DeviceIdentity device, TrustStore trust, boolean withHead)
      throws InvalidKeyException, IOException {
    Identifier.check("collection", collection);
    Recipient self = Recipient.of(device.publicKeys());
    Signer signer = Signer.of(device.publicKeys());
    Optional<CollectionTrust> found = trust.find(collection);
    if (found.isPresent() && found.get().epoch() > 0) {
      throw new IllegalStateException(
          "this device has seen a keyring for "
              + Identifier.shown(collection)
              + " already; open that one, or choose another name");
    }
    KeyringEdit.Result made = new KeyringEdit(device.keys(), self, collection).create(withHead);
    CollectionTrust base = found.orElseGet(CollectionTrust::none);
    return new KeyringChange(collection, device, self, trust, base, Optional.of(signer), made);
  }

  /**
   * Opens a keyring that has a head, and remembers it.
   *
   * @param document as the server gave it
   * @param collection whose keyring it must be
   * @param device as for {@link #create}
   * @param trust with a pin of at least one signer for the collection
   * @throws KeyringFormatException when it is no keyring
   * @throws KeyringRefusedException when it is not to be trusted; nothing is remembered
   * @throws NoEpochKeyException when this device is no member, or was removed; that is remembered
   * @throws InvalidKeyException when the device has keys for other curves
   * @throws IOException from the trust store
   */
  public static Keyring open(
      byte[] document, String collection, DeviceIdentity device, TrustStore trust)
      throws KeyringFormatException,
          KeyringRefusedException,
          NoEpochKeyException,
          InvalidKeyException,
          IOException {
    return KeyringOpening.open(document, collection, device, trust, Opened::withHead);
  }

  /**
   * Opens a keyring that a Starfish client made, and remembers it. On first contact, nothing but
   * the pinned adders tells it from an old one; and from one of another collection by the same
   * adders only that this trust store has seen that one. {@code testvectors/spec/keyring.md},
   * section 6.
   *
   * @throws KeyringFormatException as above
   * @throws KeyringRefusedException as above, and when it has a head: {@link #open} is for that
   * @throws NoEpochKeyException as above
   * @throws InvalidKeyException as above
   * @throws IOException as above
   */
  public static Keyring openWithoutHead(
      byte[] document, String collection, DeviceIdentity device, TrustStore trust)
      throws KeyringFormatException,
          KeyringRefusedException,
          NoEpochKeyException,
          InvalidKeyException,
          IOException {
    return KeyringOpening.open(document, collection, device, trust, Opened::withoutHead);
  }

  /** Whose keyring it is. */
  public String collection() {
    return collection;
  }

  /** The current epoch, from 1 on. */
  public int epoch() {
    return keyring.current().number();
  }

  /** The epochs whose key this device has: all since it joined. */
  public SortedSet<Integer> epochs() {
    return keys.epochs();
  }

  /** Whether it has a signed head. */
  public boolean hasHead() {
    return keyring.head() != null;
  }

  /**
   * The members in the current epoch whose entry is authentic; a new epoch is for them. Without a
   * head it is so by the signers that were pinned when the keyring was opened, and a new epoch is
   * without those whose adder has been unpinned since.
   */
  public List<Recipient> members() {
    return recipients(entry -> isAuthentic(entry, trust.signers()));
  }

  /**
   * Recipients of the current epoch whose entry is not authentic, or by an adder who is not pinned:
   * a server may have put them there. A new epoch is without them.
   */
  public List<Recipient> untraceable() {
    return recipients(entry -> !isAuthentic(entry, trust.signers()));
  }

  private List<Recipient> recipients(Predicate<Entry> which) {
    return keyring.current().entries().stream()
        .filter(which)
        .map(Entry::recipient)
        .distinct()
        .toList();
  }

  /** Without a head, what is authentic was found out when the keyring was opened. */
  // [keyring-16]
  private boolean isAuthentic(Entry entry, Set<Signer> pinned) {
    return hasHead()
        ? entry.isSigned(device.keys().engine(), epoch())
        : pinned.contains(entry.adder())
            && trust.hasSeen(epoch(), entry.recipient(), entry.digest(device.keys().engine()));
  }

  private KeyringEdit edit() {
    return new KeyringEdit(device.keys(), self, collection);
  }

  /**
   * Adds a member to the current epoch. It opens what is sealed in this epoch and later ones.
   *
   * @throws IllegalStateException when it is a member already, there is no room for one more, or
   *     this device, or by whose signature it opened the keyring, is not pinned any more
   * @throws IOException from the trust store
   */
  public KeyringChange add(Recipient recipient) throws IOException {
    pinned();
    try {
      return change(edit().add(keyring, keys, recipient));
    } catch (NoEpochKeyException e) {
      throw withoutCurrentKey(e);
    }
  }

  /**
   * Removes a member: a new epoch with a new key for the others. What was sealed before, the member
   * can still open; seal anew what matters. One that is pinned as signer stays one until {@link
   * TrustStore#unpin} on every device: until then it can, with the server, bring itself back.
   *
   * @throws IllegalStateException when it is no member or this device, there is no room for one
   *     more epoch, or this device, or by whose signature it opened the keyring, is not pinned any
   *     more
   * @throws IOException from the trust store
   */
  public KeyringChange remove(Recipient recipient) throws IOException {
    return rotated(recipient);
  }

  /**
   * Begins a new epoch with a new key, for all {@link #members}.
   *
   * @throws IllegalStateException when there is no room for one more epoch, or this device, or by
   *     whose signature it opened the keyring, is not pinned any more
   * @throws IOException from the trust store
   */
  public KeyringChange rotate() throws IOException {
    return rotated(null);
  }

  private KeyringChange rotated(@Nullable Recipient without) throws IOException {
    Set<Signer> pinned = pinned();
    List<Recipient> authentic = recipients(entry -> isAuthentic(entry, pinned));
    return change(edit().rotate(keyring, keys, authentic, without));
  }

  /**
   * Gives a keyring without a head one. Starfish clients go on reading it; from then on only
   * clients that write heads may change it.
   *
   * @throws KeyringRefusedException when an entry of any epoch is not authentic, a recipient stands
   *     twice in one, or this device has not the keys of all
   * @throws IllegalStateException when it has a head, or this device is not pinned as signer
   * @throws IOException from the trust store
   */
  public KeyringChange addHead() throws KeyringRefusedException, IOException {
    return change(edit().addHead(keyring, keys, pinned()));
  }

  private KeyringChange change(KeyringEdit.Result result) {
    return new KeyringChange(collection, device, self, store, trust, Optional.empty(), result);
  }

  /** Whom this device trusts at this moment, itself among them; not when it opened the keyring. */
  // [keyring-16]
  private Set<Signer> pinned() throws IOException {
    Set<Signer> pinned = store.find(collection).orElseGet(CollectionTrust::none).signers();
    if (!pinned.contains(new Signer(KeyText.of(device.keys().signing().publicKey())))) {
      throw new IllegalStateException(
          "this device is not pinned as signer for "
              + Identifier.shown(collection)
              + ", and the other members would refuse what it signs: a pinned signer has to make the"
              + " change, or all members pin this device's key first");
    }
    Signer voucher = voucher();
    if (!pinned.contains(voucher)) {
      throw new IllegalStateException(
          (hasHead() ? "the head of" : "this device's entry in")
              + " the keyring for "
              + Identifier.shown(collection)
              + " is by "
              + voucher.key()
              + ", who has been unpinned since it was opened: another pinned signer has to change it"
              + " first");
    }
    return pinned;
  }

  /** By whose signature this device has opened the keyring. */
  private Signer voucher() {
    Head head = keyring.head();
    return head != null
        ? head.signer()
        : keyring.current().entries().stream()
            .filter(entry -> entry.recipient().equals(self))
            .map(Entry::adder)
            .findFirst()
            .orElseThrow();
  }

  /**
   * The UMK for records in envelopes: for {@code Cipher.getInstance("E2EE-Envelope")}, with the
   * current epoch as its generation. Seal with this one.
   */
  public UserMasterKey key() {
    try {
      return key(epoch());
    } catch (NoEpochKeyException e) {
      throw withoutCurrentKey(e);
    }
  }

  /**
   * The keys of all epochs that this device has, for records in envelopes: it seals under the
   * current one, and opens under the one that an envelope names. So what an old epoch has sealed is
   * not written back under its key, which a removed member may have.
   *
   * @return a ring of the caller's, who closes it
   */
  // [keyring-23]
  public KeyRing ring() {
    List<UserMasterKey> old = new ArrayList<>();
    try (UserMasterKey current = key()) {
      for (int epoch : keys.epochs().headSet(epoch())) {
        old.add(key(epoch));
      }
      return KeyRing.of(current, old);
    } catch (NoEpochKeyException | InvalidKeyException e) {
      throw new IllegalStateException("a keyring's own key cannot be used", e);
    } finally {
      old.forEach(UserMasterKey::close);
    }
  }

  /**
   * The UMK of an epoch, to open what was sealed in it: the generation that {@code
   * Envelope.inspect} tells. Never seal with it: {@link #ring} seals under the current epoch.
   *
   * @throws NoEpochKeyException when this device has no key of that epoch
   */
  public UserMasterKey key(int epoch) throws NoEpochKeyException {
    return keys.masterKey(device.keys().engine(), collection, epoch);
  }

  /** Seals and opens documents and blobs as Starfish does, as long as this keyring is open. */
  public CollectionCipher cipher() {
    return new CollectionCipher(device.keys(), keys, epoch());
  }

  /** The CEKs, for this module: no other can name the type. They stay this object's. */
  public EpochKeys keys() {
    return keys;
  }

  /** A keyring is not opened by who is not in its current epoch. */
  static IllegalStateException withoutCurrentKey(NoEpochKeyException e) {
    return new IllegalStateException("a keyring without its current key was opened", e);
  }

  /** Wipes the keys; UMKs that were got from it are the caller's. A second call does nothing. */
  @Override
  public void close() {
    keys.close();
  }

  @Override
  public String toString() {
    return "Keyring[" + Identifier.shown(collection) + ", epoch " + epoch() + "]";
  }
}
