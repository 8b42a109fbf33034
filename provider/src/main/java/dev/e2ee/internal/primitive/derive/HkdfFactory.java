package dev.e2ee.internal.primitive.derive;

import dev.e2ee.internal.jca.Refusals;
import dev.e2ee.key.HkdfKeySpec;
import dev.e2ee.key.RawKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code SecretKeyFactory} {@code HKDF-SHA256}, {@code HKDF-SHA384} and {@code HKDF-SHA512}:
 * extract and expand. The JDK 17 has no service for key derivation.
 */
public final class HkdfFactory extends DerivingFactory {
  private final HkdfCore core;
  private final String algorithm;

  /**
   * For the service table.
   *
   * @param bits of the digest: 256, 384 or 512
   */
  public HkdfFactory(Engine engine, int bits) {
    super("HKDF");
    this.core = new HkdfCore(engine, bits);
    this.algorithm = "HKDF-SHA" + bits;
  }

  @Override
  protected RawKey engineGenerateSecret(@Nullable KeySpec spec) throws InvalidKeySpecException {
    HkdfKeySpec given = require(HkdfKeySpec.class, spec);
    if (given.keyLength() > core.longest()) {
      throw new InvalidKeySpecException(
          algorithm + " gives at most " + core.longest() + " bytes, not " + given.keyLength());
    }
    try (SecretBytes ikm = secretOf(given);
        SecretBytes salt = SecretBytes.adopt(given.salt())) {
      if (core.refuses(ikm)) {
        throw Refusals.specification(HkdfCore.tooShort());
      }
      try (SecretBytes prk = core.extract(salt, ikm);
          SecretBytes key = core.expand(prk, given.info(), given.keyLength())) {
        return RawKey.of(algorithm, key);
      }
    }
  }

  private static SecretBytes secretOf(HkdfKeySpec spec) throws InvalidKeySpecException {
    try {
      return SecretBytes.adopt(spec.ikm());
    } catch (IllegalStateException e) {
      throw new InvalidKeySpecException("the specification was closed; make it anew", e);
    }
  }
}
