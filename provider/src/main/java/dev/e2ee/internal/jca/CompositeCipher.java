package dev.e2ee.internal.jca;

import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.CipherSpi;
import javax.crypto.NoSuchPaddingException;
import org.jspecify.annotations.Nullable;

/**
 * What our ciphers have in common: no modes, no paddings, no blocks, no caller's IV, and one way
 * into {@code init}. A caller's {@link SecureRandom} is not used: a fixed one would repeat nonces.
 */
abstract class CompositeCipher extends CipherSpi {
  private static final int KEY_BITS = 256;

  /** The one {@code init}: the spec is null when the caller gave none. */
  abstract void init(int mode, Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException;

  /** The spec inside encoded parameters. */
  abstract AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException;

  @Override
  protected final void engineInit(int mode, Key key, @Nullable SecureRandom random)
      throws InvalidKeyException {
    try {
      init(mode, key, null);
    } catch (InvalidAlgorithmParameterException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected final void engineInit(
      int mode, Key key, @Nullable AlgorithmParameterSpec spec, @Nullable SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    init(mode, key, spec);
  }

  @Override
  protected final void engineInit(
      int mode, Key key, @Nullable AlgorithmParameters parameters, @Nullable SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    init(mode, key, parameters == null ? null : specOf(parameters));
  }

  @Override
  protected final void engineSetMode(String mode) throws NoSuchAlgorithmException {
    throw new NoSuchAlgorithmException("this cipher has no modes: leave out /" + mode);
  }

  @Override
  protected final void engineSetPadding(String padding) throws NoSuchPaddingException {
    throw new NoSuchPaddingException("this cipher has no paddings: leave out /" + padding);
  }

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
