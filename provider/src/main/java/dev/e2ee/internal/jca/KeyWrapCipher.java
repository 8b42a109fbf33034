package dev.e2ee.internal.jca;

import org.jspecify.annotations.Nullable;

/** A cipher of ours that wraps and unwraps keys, and encrypts nothing else. */
abstract class KeyWrapCipher extends CompositeCipher {
  private final String misuse;

  /** With its name. */
  KeyWrapCipher(String name) {
    this.misuse = name + " wraps and unwraps keys only; to encrypt data use E2EE-Envelope";
  }

  /** The message for other modes and calls. */
  final String misuse() {
    return misuse;
  }

  /** What is there when {@code init} was called. */
  static <T> T initialised(@Nullable T session) {
    if (session == null) {
      throw new IllegalStateException("call init first");
    }
    return session;
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
