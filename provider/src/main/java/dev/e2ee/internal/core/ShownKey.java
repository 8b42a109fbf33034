package dev.e2ee.internal.core;

import java.security.InvalidKeyException;
import java.security.Key;
import org.jspecify.annotations.Nullable;

/** What keys of any JCA provider show of themselves. */
public final class ShownKey {
  private ShownKey() {}

  /**
   * Its encoding, which the caller wipes; null when it shows none.
   *
   * @throws InvalidKeyException when it was destroyed
   */
  public static byte @Nullable [] encoded(Key key) throws InvalidKeyException {
    try {
      return key.getEncoded();
    } catch (IllegalStateException e) {
      throw new InvalidKeyException("the key was closed or destroyed; fetch it anew", e);
    }
  }
}
