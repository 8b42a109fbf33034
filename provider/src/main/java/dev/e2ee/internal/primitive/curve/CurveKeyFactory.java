package dev.e2ee.internal.primitive.curve;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.EngineKeys;
import dev.e2ee.spi.internal.curve.JcaKeys;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyFactorySpi;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code KeyFactory} {@code EC} for P-256, {@code X25519} and {@code Ed25519}: reads each key in
 * its one encoding (DER, named curve, uncompressed point), or from the JDK's own specifications,
 * checks it, and gives the engine's object. The JDK's own takes points that are not on the curve.
 */
public final class CurveKeyFactory extends KeyFactorySpi {
  private final Engine engine;
  private final Curve curve;

  /** For the service table. */
  public CurveKeyFactory(Engine engine, Curve curve) {
    this.engine = engine;
    this.curve = curve;
  }

  private Provider provider() {
    return engine.providerOf("KeyFactory", curve.algorithm());
  }

  private ProviderException failed(Throwable cause) {
    return new ProviderException(provider() + " takes no key for " + curve, cause);
  }

  @Override
  protected PublicKey engineGeneratePublic(@Nullable KeySpec spec) throws InvalidKeySpecException {
    try {
      if (spec instanceof X509EncodedKeySpec encoded) {
        return publicKey(curve.fromX509(encoded.getEncoded()));
      }
      if (curve == Curve.P256 && spec instanceof ECPublicKeySpec point) {
        return publicKey(JcaKeys.publicKey(point));
      }
      return publicKey(JcaKeys.publicKey(curve, engines(spec, KeyFactory::generatePublic)));
    } catch (InvalidKeyException e) {
      throw new InvalidKeySpecException(e.getMessage(), e);
    }
  }

  @Override
  protected PrivateKey engineGeneratePrivate(@Nullable KeySpec spec)
      throws InvalidKeySpecException {
    try {
      if (spec instanceof PKCS8EncodedKeySpec encoded) {
        return privateKey(encoded.getEncoded());
      }
      return (PrivateKey) engineTranslateKey(engines(spec, KeyFactory::generatePrivate));
    } catch (InvalidKeyException e) {
      throw new InvalidKeySpecException(e.getMessage(), e);
    }
  }

  /** What a factory makes of a specification. */
  private interface Maker<K extends Key> {
    K make(KeyFactory factory, KeySpec spec) throws InvalidKeySpecException;
  }

  /** The engine's key, which is checked next. */
  private <K extends Key> K engines(@Nullable KeySpec spec, Maker<K> maker)
      throws InvalidKeySpecException {
    if (spec == null) {
      throw new InvalidKeySpecException("needs a key specification, not null");
    }
    try {
      return maker.make(KeyFactory.getInstance(curve.algorithm(), provider()), spec);
    } catch (InvalidKeySpecException e) {
      throw e;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new InvalidKeySpecException("not a key for " + curve.algorithm(), e);
    }
  }

  private PublicKey publicKey(byte[] raw) {
    try {
      return EngineKeys.publicKey(provider(), curve, raw);
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw failed(e);
    }
  }

  /** With the public key beside it, where the encoding has one. */
  private PrivateKey privateKey(byte[] pkcs8) throws InvalidKeyException {
    try {
      Arrays.fill(curve.fromPkcs8(pkcs8), (byte) 0);
      return EngineKeys.privateKey(provider(), curve, pkcs8);
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw failed(e);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private PrivateKey privateKey(SecretBytes raw) {
    try {
      return EngineKeys.privateKey(provider(), curve, raw);
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw failed(e);
    }
  }

  @Override
  protected <T extends KeySpec> T engineGetKeySpec(@Nullable Key key, Class<T> wanted)
      throws InvalidKeySpecException {
    try {
      return KeyFactory.getInstance(curve.algorithm(), provider())
          .getKeySpec(engineTranslateKey(key), wanted);
    } catch (InvalidKeyException e) {
      throw new InvalidKeySpecException(e.getMessage(), e);
    } catch (NoSuchAlgorithmException | RuntimeException | AssertionError e) {
      throw failed(e);
    }
  }

  /** The engine's object for a key of any provider, checked. */
  @Override
  protected Key engineTranslateKey(@Nullable Key key) throws InvalidKeyException {
    if (key instanceof PrivateKey) {
      try (SecretBytes raw = JcaKeys.privateKey(curve, key)) {
        return privateKey(raw);
      }
    }
    return publicKey(JcaKeys.publicKey(curve, key));
  }
}
