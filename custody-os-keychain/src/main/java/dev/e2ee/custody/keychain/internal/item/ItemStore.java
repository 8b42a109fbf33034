package dev.e2ee.custody.keychain.internal.item;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.Deadline;
import java.util.Optional;

/**
 * One item of a keychain that this process is connected to. Used by one thread.
 *
 * <p>All throw {@link dev.e2ee.spi.CustodyException}.
 */
public interface ItemStore extends AutoCloseable {
  /**
   * The item's content.
   *
   * @return empty only when the keychain was read and has no such item
   */
  Optional<SecretBytes> find();

  /**
   * Makes the item where there was none.
   *
   * @param content US-ASCII; stays the caller's
   */
  void make(SecretBytes content);

  @Override
  void close();

  /** Connects to a keychain. */
  interface Opening {
    /** Connects, by this deadline. */
    ItemStore open(Deadline deadline);
  }

  /** Looks for an item without asking the person, and without its content. */
  interface Looking {
    /**
     * Whether it is there.
     *
     * @return false only when the keychain was looked through and has no such item
     */
    boolean isThere(Deadline deadline);
  }
}
