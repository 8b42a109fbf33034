package dev.e2ee.internal.jca;

import dev.e2ee.internal.primitive.cipher.WrapOnlyCipher;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * A cipher of ours that wraps and unwraps keys, and encrypts nothing else.
 *
 * @param <P> its parameter spec, which it always needs
 * @param <S> what it keeps between {@code init} and its work
 */
abstract class KeyWrapCipher<P extends AlgorithmParameterSpec, S> extends WrapOnlyCipher {
  private static final int KEY_BITS = 256;

  private final String name;
  private final Class<P> specType;
  private @Nullable S session;

  /** With its name and the class of its spec. */
  KeyWrapCipher(String name, Class<P> specType) {
    super(name + " wraps and unwraps keys only; to encrypt data use E2EE-Envelope");
    this.name = name;
    this.specType = specType;
  }

  /** Begins to wrap, or to unwrap. */
  abstract S begin(boolean wrapping, @Nullable Key key, P spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException;

  /** Lets go of what {@link #begin} has made. */
  abstract void end(S ended);

  @Override
  protected final void init(int mode, @Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (session != null) {
      end(session);
      session = null;
    }
    requireWrapMode(mode);
    if (spec == null) {
      throw new InvalidAlgorithmParameterException(
          name + " needs a " + specType.getSimpleName() + ": it says what the key is for");
    }
    session = begin(mode == Cipher.WRAP_MODE, key, Parameters.require(specType, spec));
  }

  @Override
  protected AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    return Parameters.specOf(specType, parameters);
  }

  /**
   * What {@link #begin} has made.
   *
   * @throws IllegalStateException before {@code init}
   */
  final S session() {
    S current = session;
    if (current == null) {
      throw new IllegalStateException("call init first");
    }
    return current;
  }

  final boolean isInitialised() {
    return session != null;
  }

  /** Does nothing when the key to be unwrapped can be one of ours. */
  final void requireSecretKey(String algorithm, int type, String... names)
      throws NoSuchAlgorithmException {
    if (type != Cipher.SECRET_KEY || !List.of(names).contains(algorithm)) {
      throw new NoSuchAlgorithmException(
          name + " holds a SECRET_KEY for " + String.join(" or ", names) + ", nothing else");
    }
  }

  static String nameOf(@Nullable Key key) {
    return key == null ? "null" : key.getClass().getName();
  }

  @Override
  protected final int engineGetBlockSize() {
    return 0;
  }

  @Override
  protected final int engineGetKeySize(Key key) {
    return KEY_BITS;
  }
}
