package dev.e2ee.internal.primitive.derive;

import java.security.InvalidKeyException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactorySpi;
import org.jspecify.annotations.Nullable;

/** A {@code SecretKeyFactory} that derives keys, and takes and gives none. */
public abstract class DerivingFactory extends SecretKeyFactorySpi {
  private final String name;

  /** With the name for messages. */
  protected DerivingFactory(String name) {
    this.name = name;
  }

  /**
   * The specification as the one kind that this factory derives from.
   *
   * @throws InvalidKeySpecException for another kind
   */
  protected final <T extends KeySpec> T require(Class<T> type, @Nullable KeySpec spec)
      throws InvalidKeySpecException {
    if (!type.isInstance(spec)) {
      throw new InvalidKeySpecException(
          name
              + " needs a "
              + type.getSimpleName()
              + ", not "
              + (spec == null ? "null" : spec.getClass().getSimpleName()));
    }
    return type.cast(spec);
  }

  /** Never: a derived key does not say from what. */
  @Override
  protected final KeySpec engineGetKeySpec(SecretKey key, Class<?> wanted)
      throws InvalidKeySpecException {
    throw new InvalidKeySpecException("a key of " + name + " has no key specification");
  }

  /** Never: keys of other providers are none of this factory's. */
  @Override
  protected final SecretKey engineTranslateKey(SecretKey key) throws InvalidKeyException {
    throw new InvalidKeyException("a key is derived by " + name + ", not translated");
  }
}
