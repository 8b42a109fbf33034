package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.internal.core.ShownKey;
import dev.e2ee.key.RawKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.EngineKey;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code AES/KW/NoPadding} and {@code AES/KWP/NoPadding}, NIST SP 800-38F, with the
 * default IV: wraps and unwraps keys, and encrypts nothing else. Key-encryption keys have 16, 24 or
 * 32 bytes.
 */
public final class AesKeyWrapCipher extends WrapOnlyCipher {
  private static final int HALF_BLOCK = 8;

  private final Engine engine;
  private final AesKeyWrap way;

  /** The engine's cipher after {@code init}; null before, and after one that was refused. */
  private @Nullable Cipher cipher;

  /** For the service table. */
  public static AesKeyWrapCipher kw(Engine engine) {
    return new AesKeyWrapCipher(engine, AesKeyWrap.KW);
  }

  /** For the service table. */
  public static AesKeyWrapCipher kwp(Engine engine) {
    return new AesKeyWrapCipher(engine, AesKeyWrap.KWP);
  }

  private AesKeyWrapCipher(Engine engine, AesKeyWrap way) {
    super(way.algorithm() + " wraps and unwraps keys only");
    this.engine = engine;
    this.way = way;
  }

  @Override
  protected void init(int mode, @Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    cipher = null;
    requireWrapMode(mode);
    if (spec != null) {
      throw new InvalidAlgorithmParameterException(
          way.algorithm() + " has the default IV and no parameters");
    }
    try (SecretBytes kek = SecretKeys.aes(key)) {
      cipher = begun(mode, kek);
    }
  }

  private Cipher begun(int mode, SecretBytes kek) {
    String name =
        engine.provider().getService("Cipher", way.otherName()) == null
            ? way.algorithm()
            : way.otherName();
    Provider provider = engine.providerOf("Cipher", name);
    try {
      Cipher begun = Cipher.getInstance(name, provider);
      begun.init(mode, new EngineKey("AES", kek));
      return begun;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider + " cannot begin with " + way.algorithm(), e);
    }
  }

  private Cipher initialised() {
    Cipher current = cipher;
    if (current == null) {
      throw new IllegalStateException("call init first");
    }
    return current;
  }

  private ProviderException failed(Throwable cause) {
    return new ProviderException(
        initialised().getProvider() + " failed in " + way.algorithm(), cause);
  }

  /** This cipher has no parameters. */
  @Override
  protected AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    throw new InvalidAlgorithmParameterException(
        way.algorithm() + " has the default IV and no parameters");
  }

  @Override
  protected byte[] engineWrap(Key key) throws IllegalBlockSizeException, InvalidKeyException {
    Cipher current = initialised();
    byte[] bytes = ShownKey.encoded(key);
    if (bytes == null || bytes.length == 0) {
      throw new InvalidKeyException("the key does not show its bytes: it cannot be wrapped here");
    }
    try (SecretBytes secret = SecretBytes.adopt(bytes)) {
      if (!way.wraps(secret.length())) {
        throw new IllegalBlockSizeException(
            way.algorithm()
                + " does not wrap a key of "
                + secret.length()
                + " bytes; AES/KWP/NoPadding takes any length");
      }
      byte[] wrapped = wrapped(current, secret);
      if (wrapped.length != way.wrappedLength(secret.length())) {
        throw new ProviderException(current.getProvider() + " wrote " + wrapped.length + " bytes");
      }
      return wrapped;
    }
  }

  private byte[] wrapped(Cipher current, SecretBytes secret) {
    try {
      return current.wrap(new EngineKey("AES", secret));
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw failed(e);
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    Cipher current = initialised();
    if (!way.unwraps(wrapped.length)) {
      throw new InvalidKeyException(
          "a key wrapped by " + way.algorithm() + " has not " + wrapped.length + " bytes");
    }
    if (algorithm.isEmpty()) {
      throw new NoSuchAlgorithmException("the key needs the name of an algorithm");
    }
    Key key;
    try {
      key = current.unwrap(wrapped, algorithm, type);
    } catch (InvalidKeyException e) {
      throw new InvalidKeyException("the wrapped key is not authentic, or of another kind", e);
    } catch (RuntimeException | AssertionError e) {
      throw failed(e);
    }
    return type == Cipher.SECRET_KEY ? ours(key, wrapped.length, algorithm) : key;
  }

  private RawKey ours(Key key, int wrappedLength, String algorithm) throws InvalidKeyException {
    byte[] bytes = key.getEncoded();
    try {
      if (way.wrappedLength(bytes.length) != wrappedLength) {
        throw new InvalidKeyException("the wrapped key is longer than it says");
      }
      return RawKey.of(algorithm, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  protected int engineGetBlockSize() {
    return HALF_BLOCK;
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return way.wrappedLength(inputLength);
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return null;
  }

  @Override
  protected int engineGetKeySize(Key key) throws InvalidKeyException {
    try (SecretBytes bytes = SecretKeys.aes(key)) {
      return bytes.length() * Byte.SIZE;
    }
  }
}
