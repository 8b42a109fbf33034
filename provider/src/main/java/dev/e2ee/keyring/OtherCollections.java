package dev.e2ee.keyring;

import dev.e2ee.internal.format.Identifier;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * What a device remembers of other collections tells a keyring that was put together from theirs.
 * {@code testvectors/spec/keyring.md}, section 6.
 */
final class OtherCollections {
  private OtherCollections() {}

  /**
   * Refuses a key, or without a head an entry, that was seen in another collection.
   *
   * @param trust what was seen of this one
   */
  // [keyring-25]
  static void refuse(TrustStore store, String collection, CollectionTrust trust)
      throws KeyringRefusedException, IOException {
    Set<String> marks = trust.ownMarks();
    for (Map.Entry<String, CollectionTrust> other : store.all().entrySet()) {
      if (!other.getKey().equals(collection)
          && !Collections.disjoint(marks, other.getValue().marks())) {
        throw new KeyringRefusedException(
            KeyringRefusedException.Reason.OTHER_COLLECTION,
            "the keyring for "
                + Identifier.shown(collection)
                + " is refused: a key or an entry in it is one that this device has seen in the"
                + " keyring for "
                + Identifier.shown(other.getKey())
                + "; one of the two was given in the place of the other. Ask their owners whose it is;"
                + " when it is this one's, let the trust store forget the other one, and compare"
                + " that one's signers anew");
      }
    }
  }
}
