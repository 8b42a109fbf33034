package dev.e2ee.internal.jca;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.AlgorithmParametersSpi;
import java.security.InvalidAlgorithmParameterException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import org.jspecify.annotations.Nullable;

/**
 * {@code AlgorithmParameters} of one spec class with a binary encoding: {@code
 * testvectors/spec/envelope.md}, section Parameters.
 */
abstract class Parameters<S extends AlgorithmParameterSpec> extends AlgorithmParametersSpi {
  private final Class<S> type;
  private @Nullable S spec;

  Parameters(Class<S> type) {
    this.type = type;
  }

  abstract byte[] encode(S value);

  /** Reads the encoding; an IllegalArgumentException or a buffer underflow refuses it. */
  abstract S decode(ByteBuffer in);

  /** The caller's spec as the one that a cipher takes. */
  static <S extends AlgorithmParameterSpec> S require(Class<S> type, AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (!type.isInstance(spec)) {
      throw new InvalidAlgorithmParameterException(
          "needs "
              + type.getSimpleName()
              + ", not "
              + spec.getClass().getSimpleName()
              + "; a nonce is never taken from a caller");
    }
    return type.cast(spec);
  }

  static <S extends AlgorithmParameterSpec> S specOf(Class<S> type, AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    try {
      return parameters.getParameterSpec(type);
    } catch (InvalidParameterSpecException e) {
      throw new InvalidAlgorithmParameterException(
          "needs parameters that hold a " + type.getSimpleName(), e);
    }
  }

  /** Parameters of this provider, whether or not it is registered. */
  static AlgorithmParameters of(Provider provider, String name, AlgorithmParameterSpec spec) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance(name, provider);
      parameters.init(spec);
      return parameters;
    } catch (java.security.NoSuchAlgorithmException | InvalidParameterSpecException e) {
      throw new ProviderException("the provider lacks its own parameters " + name, e);
    }
  }

  @Override
  protected final void engineInit(AlgorithmParameterSpec given)
      throws InvalidParameterSpecException {
    if (!type.isInstance(given)) {
      throw new InvalidParameterSpecException("needs a " + type.getSimpleName());
    }
    spec = type.cast(given);
  }

  @Override
  protected final void engineInit(byte[] encoded) throws IOException {
    try {
      spec = decode(ByteBuffer.wrap(encoded));
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
      throw new IOException("not an encoding of " + type.getSimpleName(), e);
    }
  }

  @Override
  protected final void engineInit(byte[] encoded, @Nullable String format) throws IOException {
    requireRaw(format);
    engineInit(encoded);
  }

  private static void requireRaw(@Nullable String format) throws IOException {
    if (format != null && !format.equals("RAW")) {
      throw new IOException("the one format is RAW, not " + format);
    }
  }

  @Override
  protected final <T extends AlgorithmParameterSpec> T engineGetParameterSpec(Class<T> wanted)
      throws InvalidParameterSpecException {
    if (!wanted.isAssignableFrom(type)) {
      throw new InvalidParameterSpecException("holds a " + type.getSimpleName());
    }
    return wanted.cast(initialised());
  }

  @Override
  protected final byte[] engineGetEncoded() {
    return encode(initialised());
  }

  @Override
  protected final byte[] engineGetEncoded(@Nullable String format) throws IOException {
    requireRaw(format);
    return engineGetEncoded();
  }

  @Override
  protected final String engineToString() {
    return initialised().toString();
  }

  private S initialised() {
    S current = spec;
    if (current == null) {
      throw new IllegalStateException("the parameters were not initialised");
    }
    return current;
  }
}
