package dev.e2ee.spi.internal.curve;

import dev.e2ee.spi.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * Our bytes as an engine's key objects. They live for one operation; what of a private key stays in
 * the heap behind them, nobody can wipe: the JDK's classes have no working {@code destroy}.
 */
public final class EngineKeys {
  private EngineKeys() {}

  /** A public key that was checked, as an object of this provider. */
  public static PublicKey publicKey(Provider provider, Curve curve, byte[] key)
      throws GeneralSecurityException {
    return KeyFactory.getInstance(curve.algorithm(), provider)
        .generatePublic(new X509EncodedKeySpec(curve.toX509(key)));
  }

  /** A private key as an object of this provider; the bytes stay the caller's. */
  public static PrivateKey privateKey(Provider provider, Curve curve, SecretBytes key)
      throws GeneralSecurityException {
    byte[] raw = key.copy();
    byte[] encoded = curve.toPkcs8(raw);
    try {
      return privateKey(provider, curve, encoded);
    } finally {
      Arrays.fill(raw, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** The same of PKCS#8 that was checked, with all that stands beside the key. */
  public static PrivateKey privateKey(Provider provider, Curve curve, byte[] pkcs8)
      throws GeneralSecurityException {
    return KeyFactory.getInstance(curve.algorithm(), provider)
        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }
}
