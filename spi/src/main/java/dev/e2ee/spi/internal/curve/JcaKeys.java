package dev.e2ee.spi.internal.curve;

import dev.e2ee.spi.SecretBytes;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys of any JCA provider as our bytes, checked. */
public final class JcaKeys {
  private JcaKeys() {}

  /**
   * A public key of the curve, as {@link Curve} has it.
   *
   * @throws InvalidKeyException for any other key, and for one that is not valid
   */
  public static byte[] publicKey(Curve curve, @Nullable Key key) throws InvalidKeyException {
    if (!(key instanceof PublicKey) || !"X.509".equals(key.getFormat())) {
      throw new InvalidKeyException(
          "needs a public key for " + curve.algorithm() + ", not " + nameOf(key));
    }
    if (curve == Curve.P256 && key instanceof ECPublicKey ec && P256Point.isCurve(ec.getParams())) {
      return point(ec.getW());
    }
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new InvalidKeyException("the public key does not show its bytes");
    }
    return curve.fromX509(encoded);
  }

  /** Whether a public key says that it is one of the curve, in its one form, valid or not. */
  public static boolean namesCurve(Curve curve, @Nullable Key key) {
    if (curve == Curve.P256 && key instanceof ECPublicKey ec) {
      return P256Point.isCurve(ec.getParams());
    }
    byte[] encoded = key instanceof PublicKey ? key.getEncoded() : null;
    return encoded != null && curve.isX509(encoded);
  }

  /**
   * A point of P-256 by its coordinates, as {@link Curve} has it.
   *
   * @throws InvalidKeyException for another curve, and for a point that is not on it
   */
  public static byte[] publicKey(ECPublicKeySpec spec) throws InvalidKeyException {
    if (!P256Point.isCurve(spec.getParams())) {
      throw new InvalidKeyException("not a point of P-256");
    }
    return point(spec.getW());
  }

  private static byte[] point(@Nullable ECPoint point) throws InvalidKeyException {
    if (point == null || point.equals(ECPoint.POINT_INFINITY)) {
      throw new InvalidKeyException("the public key is no point but the one at infinity");
    }
    return P256Point.checked(point.getAffineX(), point.getAffineY());
  }

  /**
   * The 32 bytes of a private key, which the caller closes.
   *
   * @throws InvalidKeyException for any other key, and for one that does not show its bytes
   */
  public static SecretBytes privateKey(Curve curve, @Nullable Key key) throws InvalidKeyException {
    if (!(key instanceof PrivateKey)) {
      throw new InvalidKeyException(
          "needs a private key for " + curve.algorithm() + ", not " + nameOf(key));
    }
    if (curve == Curve.P256
        && key instanceof ECPrivateKey ec
        && P256Point.isCurve(ec.getParams())) {
      return scalar(ec.getS());
    }
    byte[] encoded = "PKCS#8".equals(key.getFormat()) ? key.getEncoded() : null;
    if (encoded == null) {
      throw new InvalidKeyException(
          "the private key does not show its bytes: use it with the provider that made it");
    }
    try {
      return SecretBytes.adopt(curve.fromPkcs8(encoded));
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static SecretBytes scalar(@Nullable BigInteger s) throws InvalidKeyException {
    if (s == null) {
      throw new InvalidKeyException(
          "the private key does not show its number: use it with the provider that made it");
    }
    if (!EcdsaForm.inRange(s)) {
      throw new InvalidKeyException("the private key is not below the order of P-256");
    }
    return SecretBytes.adopt(CurveKeyPair.fixed(s));
  }

  private static String nameOf(@Nullable Key key) {
    return key == null ? "null" : key.getClass().getName();
  }
}
