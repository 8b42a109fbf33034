package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.time.Instant;

/**
 * A key as its token shows it.
 *
 * @param handle of the secret or private object, in this epoch only
 * @param id CKA_ID, 16 bytes
 * @param label what it says of itself
 * @param residency as its attributes and its slot give it
 */
public record TokenKey(long handle, KeyId id, KeyLabel label, Residency residency) {
  /** The same key in another state. */
  TokenKey in(KeyState state) {
    return new TokenKey(handle, id, label.in(state), residency);
  }

  /** For the custody's callers. */
  public KeyDescription description() {
    return new KeyDescription(
        label.name(),
        label.generation(),
        id,
        label.use().kind(),
        label.state(),
        Instant.ofEpochSecond(label.created()),
        residency);
  }
}
