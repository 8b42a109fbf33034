package dev.e2ee.internal.primitive.cipher;

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
 * A cipher with one way into {@code init}, and no modes or paddings to choose. A caller's {@link
 * SecureRandom} is not used: a fixed one would repeat nonces.
 */
public abstract class OneInitCipher extends CipherSpi {
  /** For ciphers of ours. */
  protected OneInitCipher() {}

  /** The one {@code init}: the spec is null when the caller gave none. */
  protected abstract void init(int mode, @Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException;

  /** The spec inside encoded parameters. */
  protected abstract AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException;

  @Override
  protected final void engineInit(int mode, @Nullable Key key, @Nullable SecureRandom random)
      throws InvalidKeyException {
    try {
      init(mode, key, null);
    } catch (InvalidAlgorithmParameterException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }

  @Override
  protected final void engineInit(
      int mode,
      @Nullable Key key,
      @Nullable AlgorithmParameterSpec spec,
      @Nullable SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    init(mode, key, spec);
  }

  @Override
  protected final void engineInit(
      int mode,
      @Nullable Key key,
      @Nullable AlgorithmParameters parameters,
      @Nullable SecureRandom random)
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
}
