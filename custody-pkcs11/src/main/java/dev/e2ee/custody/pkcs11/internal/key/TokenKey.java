package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * A key as its token shows it.
 *
 * @param handle of the secret or private object, in this epoch only
 * @param id CKA_ID, 16 bytes
 * @param label what it says of itself
 * @param residency as its attributes and its slot give it
 * @param part handle of the other object that it works with, in this epoch only; empty where its
 *     use has none, or looks for it each time
 */
public record TokenKey(
    long handle, KeyId id, KeyLabel label, Residency residency, OptionalLong part) {
  /** One whose other object was not looked for. */
  public TokenKey(long handle, KeyId id, KeyLabel label, Residency residency) {
    this(handle, id, label, residency, OptionalLong.empty());
  }

  /** The same with its other object, which may be one that somebody brought in. */
  TokenKey with(long otherObject, boolean stays) {
    Residency ofBoth = stays ? residency : Residency.MEMORY;
    return new TokenKey(handle, id, label, ofBoth, OptionalLong.of(otherObject));
  }

  /** What it is known again by, as its label says. */
  byte[] checkBytes() {
    return HexFormat.of().parseHex(label.check());
  }

  /** What its check is over. */
  byte[] identity() {
    return KeyIdentity.of(id, label);
  }

  /** The same key in another state. */
  TokenKey in(KeyState state) {
    return new TokenKey(handle, id, label.in(state), residency, part);
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
