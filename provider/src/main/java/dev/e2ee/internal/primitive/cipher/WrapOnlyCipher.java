package dev.e2ee.internal.primitive.cipher;

import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** A cipher that wraps and unwraps keys, encrypts nothing else, and shows no IV. */
public abstract class WrapOnlyCipher extends OneInitCipher {
  private final String misuse;

  /** With what to say to whoever wants to encrypt. */
  protected WrapOnlyCipher(String misuse) {
    this.misuse = misuse;
  }

  /**
   * Does nothing for the two modes of wrapping.
   *
   * @throws UnsupportedOperationException for any other
   */
  protected final void requireWrapMode(int mode) {
    if (mode != Cipher.WRAP_MODE && mode != Cipher.UNWRAP_MODE) {
      throw new UnsupportedOperationException(misuse);
    }
  }

  @Override
  protected final byte @Nullable [] engineGetIV() {
    return null;
  }

  @Override
  protected final byte[] engineUpdate(byte[] in, int offset, int length) {
    throw new IllegalStateException(misuse);
  }

  @Override
  protected final int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
    throw new IllegalStateException(misuse);
  }

  @Override
  protected final byte[] engineDoFinal(byte @Nullable [] in, int offset, int length) {
    throw new IllegalStateException(misuse);
  }

  @Override
  protected final int engineDoFinal(
      byte @Nullable [] in, int offset, int length, byte[] out, int outOffset) {
    throw new IllegalStateException(misuse);
  }
}
