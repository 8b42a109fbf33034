package dev.e2ee.keyring;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.keyring.KeyringDocument;
import dev.e2ee.internal.keyring.Opened;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.Optional;

/**
 * Opens a keyring and remembers it before anything of it is used. {@code
 * testvectors/spec/keyring.md}, [keyring-11] and [keyring-25].
 */
final class KeyringOpening {
  private KeyringOpening() {}

  /** In one of the two ways; what is thrown is told in {@link Keyring#open}. */
  static Keyring open(
      byte[] document, String collection, DeviceIdentity device, TrustStore store, Opened.Way way)
      throws KeyringFormatException,
          KeyringRefusedException,
          NoEpochKeyException,
          InvalidKeyException,
          IOException {
    Identifier.check("collection", collection);
    Recipient self = Recipient.of(device.publicKeys());
    KeyringDocument keyring = KeyringDocument.read(document);
    while (true) {
      Optional<CollectionTrust> found = store.find(collection);
      CollectionTrust known = found.orElseGet(CollectionTrust::none);
      Opened opened = way.open(device.keys(), self, keyring, collection, known);
      boolean kept = false;
      try {
        OtherCollections.refuse(store, collection, opened.trust());
        // [keyring-11]
        if (store.replace(collection, found, opened.trust())) {
          if (!known.equals(opened.trust())) {
            lookAgain(store, collection, known, opened.trust());
          }
          opened.keys().cek(keyring.current().number());
          kept = true;
          return new Keyring(
              collection, device, self, store, opened.trust(), keyring, opened.keys());
        }
      } finally {
        if (!kept) {
          opened.keys().close();
        }
      }
    }
  }

  /** Another collection may have come since the first look; then this one was not to be kept. */
  // [keyring-25]
  private static void lookAgain(
      TrustStore store, String collection, CollectionTrust before, CollectionTrust now)
      throws KeyringRefusedException, IOException {
    try {
      OtherCollections.refuse(store, collection, now);
    } catch (KeyringRefusedException | IOException e) { // refused, or nobody knows
      try {
        putBack(store, collection, before, now);
      } catch (IOException kept) {
        e.addSuppressed(kept);
      }
      throw e;
    }
  }

  /** As far as nothing else was seen since; pins stay as they are by now. */
  private static void putBack(
      TrustStore store, String collection, CollectionTrust before, CollectionTrust now)
      throws IOException {
    Optional<CollectionTrust> there;
    do {
      there = store.find(collection);
    } while (there.isPresent()
        && there.get().hasSeenTheSameAs(now)
        && !store.replace(collection, there, before.trustingAs(there.get())));
  }
}
