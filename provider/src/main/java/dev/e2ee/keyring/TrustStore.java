package dev.e2ee.keyring;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a device keeps whom it trusts and what it has seen of each collection: pins and memory, in
 * one, so that none is lost without the other. Keep it on the device, where no server can change
 * it. {@link FileTrustStore} is one.
 *
 * <p>Safe for use by many threads, and by all processes that use the same one.
 */
public interface TrustStore {
  /**
   * What is kept of a collection; empty when nothing is. Never empty because something could not be
   * read: that is an exception.
   *
   * @throws IOException when it cannot be told
   */
  Optional<CollectionTrust> find(String collection) throws IOException;

  /**
   * What is kept of every collection, by its name: a keyring that was put together from another
   * one's is known by that.
   *
   * @throws IOException when it cannot be told, of one of them too
   */
  Map<String, CollectionTrust> all() throws IOException;

  /**
   * Puts a state in the place of the one that was found, and of no other. It is durable when this
   * returns true.
   *
   * @param expected what {@link #find} gave
   * @return false, and nothing is changed, when another state is there by now
   * @throws IOException when it cannot be kept; the old state is still there, or the new one
   */
  boolean replace(String collection, Optional<CollectionTrust> expected, CollectionTrust now)
      throws IOException;

  /**
   * Trusts a signer with a collection: to add and remove members, and to give it keys. Do it for a
   * key whose fingerprint was compared, or that came in an invite; never for one that a server
   * gave.
   *
   * @throws IOException when it cannot be kept
   */
  default void pin(String collection, Signer signer) throws IOException {
    update(collection, trust -> trust.with(signer));
  }

  /**
   * Ends the trust. What the signer has signed as head before is refused too, until a pinned signer
   * changes the keyring. Without a head, the entries that it made are not taken any more: this
   * device has no key of the epochs to which that signer added it, and whom it added is not in the
   * next epoch that this device makes, from a keyring that is open already too. So rotate first,
   * and seal anew what matters. {@code testvectors/spec/keyring.md}, section 6.
   *
   * @throws IOException when it cannot be kept
   */
  default void unpin(String collection, Signer signer) throws IOException {
    update(collection, trust -> trust.without(signer));
  }

  private void update(String collection, UnaryOperator<CollectionTrust> change) throws IOException {
    Optional<CollectionTrust> found;
    do {
      found = find(collection);
    } while (!replace(collection, found, change.apply(found.orElseGet(CollectionTrust::none))));
  }
}
