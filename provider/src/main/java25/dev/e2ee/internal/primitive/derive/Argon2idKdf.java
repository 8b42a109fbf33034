package dev.e2ee.internal.primitive.derive;

import dev.e2ee.key.RawKey;
import dev.e2ee.recovery.Argon2KeySpec;
import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import javax.crypto.KDFParameters;
import javax.crypto.KDFSpi;
import javax.crypto.SecretKey;

/** {@code KDF} {@code Argon2id}, RFC 9106, from an {@link Argon2KeySpec}. */
public final class Argon2idKdf extends KDFSpi {
  private Argon2idKdf() throws InvalidAlgorithmParameterException {
    super(null);
  }

  /** For the service table. */
  public static Argon2idKdf create() {
    try {
      return new Argon2idKdf();
    } catch (InvalidAlgorithmParameterException e) {
      throw new AssertionError("it takes no parameters", e);
    }
  }

  @Override
  protected KDFParameters engineGetParameters() {
    return null;
  }

  @Override
  protected SecretKey engineDeriveKey(String algorithm, AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    byte[] key = engineDeriveData(spec);
    try {
      return RawKey.of(algorithm, key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  @Override
  protected byte[] engineDeriveData(AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (!(spec instanceof Argon2KeySpec given)) {
      throw new InvalidAlgorithmParameterException("Argon2id needs an Argon2KeySpec");
    }
    try {
      return Argon2idCore.derive(given);
    } catch (InvalidKeySpecException e) {
      throw new InvalidAlgorithmParameterException(e.getMessage(), e);
    }
  }
}
