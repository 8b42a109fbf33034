package dev.e2ee.internal.jca;

import dev.e2ee.internal.primitive.cipher.OneInitCipher;
import java.security.Key;
import org.jspecify.annotations.Nullable;

/** What our ciphers have in common: no blocks and no caller's IV. */
abstract class CompositeCipher extends OneInitCipher {
  private static final int KEY_BITS = 256;

  @Override
  protected final int engineGetBlockSize() {
    return 0;
  }

  /** Always null: nonces are drawn inside, and lie in what is written. */
  @Override
  protected final byte @Nullable [] engineGetIV() {
    return null;
  }

  @Override
  protected final int engineGetKeySize(Key key) {
    return KEY_BITS;
  }
}
