package dev.e2ee.internal.primitive.derive;

import dev.e2ee.recovery.Argon2KeySpec;
import dev.e2ee.spi.SecretBytes;
import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidKeySpecException;

/** {@code KDF} {@code Argon2id}, RFC 9106, from an {@link Argon2KeySpec}. */
public final class Argon2idKdf extends BareKdf {
  private Argon2idKdf() throws InvalidAlgorithmParameterException {}

  /** For the service table. */
  public static Argon2idKdf create() {
    try {
      return new Argon2idKdf();
    } catch (InvalidAlgorithmParameterException e) {
      throw new AssertionError("it takes no parameters", e);
    }
  }

  @Override
  SecretBytes derive(AlgorithmParameterSpec spec) throws InvalidAlgorithmParameterException {
    if (!(spec instanceof Argon2KeySpec given)) {
      throw new InvalidAlgorithmParameterException("Argon2id needs an Argon2KeySpec");
    }
    try {
      return SecretBytes.adopt(Argon2idCore.derive(given));
    } catch (InvalidKeySpecException e) {
      throw new InvalidAlgorithmParameterException(e.getMessage(), e);
    }
  }
}
