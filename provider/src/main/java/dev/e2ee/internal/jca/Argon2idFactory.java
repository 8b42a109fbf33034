package dev.e2ee.internal.jca;

import dev.e2ee.argon2.Argon2id;
import dev.e2ee.argon2.InsufficientMemoryException;
import dev.e2ee.key.DerivedKey;
import dev.e2ee.recovery.Argon2KeySpec;
import java.security.InvalidKeyException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactorySpi;
import org.jspecify.annotations.Nullable;

/** {@code SecretKeyFactory} {@code Argon2id}. */
public final class Argon2idFactory extends SecretKeyFactorySpi {
  /** For the service table. */
  public Argon2idFactory() {}

  @Override
  protected SecretKey engineGenerateSecret(@Nullable KeySpec spec) throws InvalidKeySpecException {
    if (!(spec instanceof Argon2KeySpec given)) {
      throw new InvalidKeySpecException(
          "Argon2id needs an Argon2KeySpec, not "
              + (spec == null ? "null" : spec.getClass().getSimpleName()));
    }
    byte[] password = password(given);
    try {
      byte[] key = Argon2id.derive(given.cost(), password, given.salt(), given.keyLength());
      try {
        return DerivedKey.of(key);
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    } catch (InsufficientMemoryException e) {
      throw new InvalidKeySpecException(e.getMessage(), e);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private static byte[] password(Argon2KeySpec spec) throws InvalidKeySpecException {
    try {
      return spec.password();
    } catch (IllegalStateException e) {
      throw new InvalidKeySpecException("the specification was closed; make it anew", e);
    }
  }

  /** Never: a derived key does not say from what. */
  @Override
  protected KeySpec engineGetKeySpec(SecretKey key, Class<?> wanted)
      throws InvalidKeySpecException {
    throw new InvalidKeySpecException("a key of Argon2id has no key specification");
  }

  /** Never: keys of other providers are none of Argon2id's. */
  @Override
  protected SecretKey engineTranslateKey(SecretKey key) throws InvalidKeyException {
    throw new InvalidKeyException("a key is derived by Argon2id, not translated");
  }
}
