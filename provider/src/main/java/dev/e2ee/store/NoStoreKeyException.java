package dev.e2ee.store;

import java.security.GeneralSecurityException;

/**
 * A record is sealed under a store key that is not here: of another store, or made by a rotation
 * that this device has not heard of. Nothing was derived.
 */
public final class NoStoreKeyException extends GeneralSecurityException {
  private static final long serialVersionUID = 1L;

  /** With the generation that the record names. */
  public NoStoreKeyException(int generation) {
    super(
        "no key here is the one of generation "
            + generation
            + " that sealed this record: import a newer export of the store's keys, or it is"
            + " another store's record");
  }
}
