package dev.e2ee.internal.primitive.derive;

import dev.e2ee.key.RawKey;
import dev.e2ee.spi.SecretBytes;
import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.KDFParameters;
import javax.crypto.KDFSpi;
import javax.crypto.SecretKey;

/** A {@code KDF} without parameters of its own. */
abstract class BareKdf extends KDFSpi {
  BareKdf() throws InvalidAlgorithmParameterException {
    super(null);
  }

  /** What comes out, which the caller closes. */
  abstract SecretBytes derive(AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException;

  @Override
  protected final KDFParameters engineGetParameters() {
    return null;
  }

  @Override
  protected final SecretKey engineDeriveKey(String algorithm, AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    try (SecretBytes key = derive(spec)) {
      return RawKey.of(algorithm, key);
    }
  }

  @Override
  protected final byte[] engineDeriveData(AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    try (SecretBytes key = derive(spec)) {
      return key.copy();
    }
  }
}
