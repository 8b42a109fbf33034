package dev.e2ee.internal.primitive.derive;

import dev.e2ee.key.RawKey;
import dev.e2ee.recovery.Argon2KeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code SecretKeyFactory} {@code Argon2id}. */
public final class Argon2idFactory extends DerivingFactory {
  /** For the service table. */
  public Argon2idFactory() {
    super("Argon2id");
  }

  @Override
  protected RawKey engineGenerateSecret(@Nullable KeySpec spec) throws InvalidKeySpecException {
    byte[] key = Argon2idCore.derive(require(Argon2KeySpec.class, spec));
    try {
      return RawKey.of("Argon2id", key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }
}
