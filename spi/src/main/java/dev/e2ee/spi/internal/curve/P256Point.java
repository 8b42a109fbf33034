package dev.e2ee.spi.internal.curve;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A point of NIST P-256, SP 800-186, section 3.2.1.3. All of it is public. */
final class P256Point {
  static final BigInteger P =
      number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  private static final BigInteger B =
      number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
  private static final BigInteger THREE = BigInteger.valueOf(3);

  /** The order of the group. */
  static final BigInteger ORDER =
      number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

  static final BigInteger GENERATOR_X =
      number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
  static final BigInteger GENERATOR_Y =
      number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");

  /** How many x coordinates are not below the order: about 2^126 of 2^256. */
  private static final BigInteger BEYOND_ORDER = P.subtract(ORDER);

  private final BigInteger x;
  private final BigInteger y;

  private P256Point(BigInteger x, BigInteger y) {
    this.x = x;
    this.y = y;
  }

  private static BigInteger number(String hex) {
    return new BigInteger(hex, 16);
  }

  /**
   * Whether the point of an ECDSA signature with this r may have an x coordinate of r plus the
   * order. The JDK 17 forgets to reduce it, and refuses the signature.
   */
  static boolean mayBeReduced(BigInteger r) {
    return r.compareTo(BEYOND_ORDER) < 0;
  }

  /** From its one encoding, which was checked. */
  static P256Point of(byte[] point) {
    return new P256Point(
        new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
        new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
  }

  BigInteger x() {
    return x;
  }

  BigInteger y() {
    return y;
  }

  /** The base point, 65 bytes. */
  static byte[] generator() {
    return encoded(GENERATOR_X, GENERATOR_Y);
  }

  /**
   * Both points with this x coordinate.
   *
   * @param x 32 bytes, of a point of the curve
   */
  static List<byte[]> withX(byte[] x) {
    BigInteger number = new BigInteger(1, x);
    // The prime is 3 modulo 4: a power gives the square root.
    BigInteger y = ySquared(number).modPow(P.add(BigInteger.ONE).shiftRight(2), P);
    return List.of(encoded(number, y), encoded(number, P.subtract(y)));
  }

  /** The right side of the curve's equation. */
  private static BigInteger ySquared(BigInteger x) {
    return x.multiply(x).subtract(THREE).multiply(x).add(B).mod(P);
  }

  /**
   * The one encoding of a point, 65 bytes.
   *
   * @throws InvalidKeyException when the coordinates are not those of one
   */
  static byte[] checked(BigInteger x, BigInteger y) throws InvalidKeyException {
    if (x.signum() < 0 || y.signum() < 0 || x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
      throw new InvalidKeyException("a coordinate of the P-256 point is not below the prime");
    }
    byte[] point = encoded(x, y);
    check(point);
    return point;
  }

  private static byte[] encoded(BigInteger x, BigInteger y) {
    byte[] point = new byte[65];
    point[0] = 4;
    System.arraycopy(CurveKeyPair.fixed(x), 0, point, 1, 32);
    System.arraycopy(CurveKeyPair.fixed(y), 0, point, 33, 32);
    return point;
  }

  /** Whether these are the curve's parameters, all of them. */
  static boolean isCurve(@Nullable ECParameterSpec given) {
    if (given == null) {
      return false;
    }
    EllipticCurve curve = given.getCurve();
    return curve.getField() instanceof ECFieldFp field
        && field.getP().equals(P)
        && curve.getA().equals(P.subtract(THREE))
        && curve.getB().equals(B)
        && given.getGenerator().equals(new ECPoint(GENERATOR_X, GENERATOR_Y))
        && given.getOrder().equals(ORDER)
        && given.getCofactor() == 1;
  }

  /** The group has a prime order and its identity has no such encoding: no other check is due. */
  static void check(byte[] point) throws InvalidKeyException {
    if (point[0] != 4) {
      throw new InvalidKeyException("a P-256 point begins with the byte 04 (uncompressed)");
    }
    P256Point p = of(point);
    if (p.x.compareTo(P) >= 0 || p.y.compareTo(P) >= 0) {
      throw new InvalidKeyException("a coordinate of the P-256 point is not below the prime");
    }
    if (!p.y.multiply(p.y).mod(P).equals(ySquared(p.x))) {
      throw new InvalidKeyException("the point is not on P-256");
    }
  }
}
