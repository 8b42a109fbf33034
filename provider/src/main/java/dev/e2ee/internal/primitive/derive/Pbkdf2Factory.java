package dev.e2ee.internal.primitive.derive;

import dev.e2ee.internal.jca.Refusals;
import dev.e2ee.key.RawKey;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code SecretKeyFactory} {@code PBKDF2WithHmacSHA256}, {@code ...SHA384} and {@code ...SHA512},
 * RFC 8018, section 5.2. The password is taken in UTF-8; one that is no text has none and is
 * refused. Salt and count are what the caller says: for passphrases of people take {@code
 * Argon2id}.
 */
public final class Pbkdf2Factory extends DerivingFactory {
  private final Engine engine;
  private final String algorithm;

  /**
   * For the service table.
   *
   * @param bits of the digest: 256, 384 or 512
   */
  public Pbkdf2Factory(Engine engine, int bits) {
    super("PBKDF2");
    this.engine = engine;
    this.algorithm = "PBKDF2WithHmacSHA" + bits;
  }

  @Override
  protected RawKey engineGenerateSecret(@Nullable KeySpec spec) throws InvalidKeySpecException {
    PBEKeySpec given = require(PBEKeySpec.class, spec);
    byte[] salt = given.getSalt();
    int bits = given.getKeyLength();
    if (salt == null || given.getIterationCount() < 1 || bits < 8 || bits % 8 != 0) {
      throw new InvalidKeySpecException(
          "PBKDF2 needs a salt, a count of 1 or more, and the key's length in bits, a multiple of"
              + " 8");
    }
    if (bits / Byte.SIZE > RawKey.LONGEST) {
      throw new InvalidKeySpecException("PBKDF2 gives keys of up to " + RawKey.LONGEST + " bytes");
    }
    requireText(given);
    if (engine.isApprovedOnly()) {
      requireApproved(given, salt.length);
    }
    byte[] key = derived(engine, algorithm, given);
    try {
      if (key.length != bits / Byte.SIZE) {
        throw new ProviderException("the engine derived " + key.length + " bytes");
      }
      return RawKey.of(algorithm, key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** NIST SP 800-132, and what Bouncy Castle FIPS asks of a password. */
  private static void requireApproved(PBEKeySpec spec, int salt) throws InvalidKeySpecException {
    char[] password = password(spec);
    int length = 0;
    for (char c : password) {
      int more = c < 0x800 || Character.isSurrogate(c) ? 2 : 3; // a pair has 4 bytes
      length += c < 0x80 ? 1 : more;
    }
    Arrays.fill(password, '\0');
    if (length < 14 || salt < 16 || spec.getIterationCount() < 1000 || spec.getKeyLength() < 112) {
      throw Refusals.specification(
          new NotApprovedException(
              "PBKDF2 of this password, salt, count or key length",
              "a password of 14 bytes or more, a salt of 16 or more, 1,000 iterations or more and"
                  + " a key of 112 bits or more"));
    }
  }

  /**
   * Derives a key, which the caller wipes.
   *
   * @param algorithm by its JCA name
   * @param spec whose password is text
   */
  public static byte[] derived(Engine engine, String algorithm, PBEKeySpec spec) {
    Provider provider = engine.providerOf("SecretKeyFactory", algorithm);
    try {
      return SecretKeyFactory.getInstance(algorithm, provider).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider + " cannot derive by " + algorithm, e);
    }
  }

  /** A lone surrogate would become a question mark, and two passwords one. */
  private static void requireText(PBEKeySpec spec) throws InvalidKeySpecException {
    char[] password = password(spec);
    try {
      for (int i = 0; i < password.length; i++) {
        boolean pair =
            i + 1 < password.length && Character.isSurrogatePair(password[i], password[i + 1]);
        if (Character.isSurrogate(password[i]) && !pair) {
          throw new InvalidKeySpecException("the password is no text: a surrogate stands alone");
        }
        i += pair ? 1 : 0;
      }
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static char[] password(PBEKeySpec spec) throws InvalidKeySpecException {
    try {
      return spec.getPassword();
    } catch (IllegalStateException e) {
      throw new InvalidKeySpecException("the password was cleared; make the specification anew", e);
    }
  }
}
