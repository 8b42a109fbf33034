package dev.e2ee.custody.file;

import dev.e2ee.spi.SecretBytes;
import java.time.Duration;

/**
 * What keeps the key of a slot outside of the key file: one item of an operating system's keychain.
 * The item's content is the text of {@code testvectors/spec/keyfile.md}, section 4, "Keychain
 * item".
 *
 * <p>Each call ends within its limit. None of them generates, repairs or replaces anything.
 */
public interface KekHolder {
  /** Which item it is, for a person: {@code the item e2ee/ann of the Secret Service}. */
  String description();

  /**
   * What people call it, in a word: {@code e2ee/ann}. As much of it as has room is the label of a
   * slot that nobody labels.
   */
  default String name() {
    return "keychain";
  }

  /**
   * Looks for the item; asks nobody and reads no secret.
   *
   * @return whether it could look: the keychains of some systems may ask for that too
   * @throws dev.e2ee.spi.CustodyException as {@link #read}
   */
  default boolean look(Duration limit) {
    return false;
  }

  /**
   * The item's content.
   *
   * @return US-ASCII, which the caller closes
   * @throws dev.e2ee.spi.CustodyException MISSING when the keychain was read and has no such item;
   *     LOCKED when it cannot be read now; AMBIGUOUS when it has several; UNSUPPORTED, TIMEOUT,
   *     TRANSIENT …
   */
  SecretBytes read(Duration limit);

  /**
   * Makes the item, and reads it back.
   *
   * @param content US-ASCII; stays the caller's
   * @throws dev.e2ee.spi.CustodyException CONFLICT when there is one; as {@link #read}
   */
  void create(SecretBytes content, Duration limit);
}
