package dev.e2ee.keyring;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.keyring.Head;
import dev.e2ee.internal.keyring.KeyringDocument;
import dev.e2ee.internal.keyring.KeyringEdit;
import dev.e2ee.internal.keyring.Opened;
import java.io.IOException;
import java.util.Optional;

/**
 * A keyring that was changed and is not on the server yet. Store {@link #document} there, in the
 * place of the one that was opened and of no other; then call {@link #published}. When the server
 * has another one by now, close this, open that one, and make the change again.
 */
public final class KeyringChange implements AutoCloseable {
  private final String collection;
  private final DeviceIdentity device;
  private final Recipient self;
  private final TrustStore store;
  private final CollectionTrust base;
  private final Optional<Signer> toPin;
  private final KeyringEdit.Result made;
  private boolean handedOver;

  KeyringChange(
      String collection,
      DeviceIdentity device,
      Recipient self,
      TrustStore store,
      CollectionTrust base,
      Optional<Signer> toPin,
      KeyringEdit.Result made) {
    this.collection = collection;
    this.device = device;
    this.self = self;
    this.store = store;
    this.base = base;
    this.toPin = toPin;
    this.made = made;
  }

  /**
   * The keyring for the server, JSON.
   *
   * @throws KeyringFormatException when it has become longer than 16 MiB
   */
  public byte[] document() throws KeyringFormatException {
    return made.document().write();
  }

  /**
   * The server has said that it stores the keyring: remembers it, and gives the keyring to seal
   * with.
   *
   * @throws KeyringRefusedException FORK, when this device has taken another change meanwhile
   * @throws IOException from the trust store
   * @throws IllegalStateException when called before, or closed
   */
  public synchronized Keyring published() throws KeyringRefusedException, IOException {
    if (handedOver) {
      throw new IllegalStateException("this change was published or closed before");
    }
    KeyringDocument document = made.document();
    CollectionTrust now;
    Optional<CollectionTrust> found;
    do {
      found = store.find(collection);
      CollectionTrust there = found.orElseGet(CollectionTrust::none);
      CollectionTrust trusting = toPin.map(there::with).orElse(there);
      now =
          Opened.remembered(
              device.keys(), document, made.keys(), collection, base.trustingAs(trusting));
      if (!there.hasSeenTheSameAs(base) && !there.hasSeenTheSameAs(now)) {
        throw new KeyringRefusedException(
            KeyringRefusedException.Reason.FORK,
            "this device has taken another change of the keyring meanwhile; open the one that the"
                + " server has, and make this change again");
      }
    } while (!store.replace(collection, found, now));
    handedOver = true;
    return new Keyring(collection, device, self, store, now, document, made.keys());
  }

  /** Forgets the change, when it was not published; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (!handedOver) {
      handedOver = true;
      made.keys().close();
    }
  }

  @Override
  public String toString() {
    Head head = made.document().head();
    return "KeyringChange["
        + Identifier.shown(collection)
        + ", epoch "
        + made.document().current().number()
        + (head == null ? "" : ", revision " + head.revision())
        + "]";
  }
}
