package dev.e2ee.spi.internal.curve;

import static dev.e2ee.spi.internal.curve.P256Point.GENERATOR_X;
import static dev.e2ee.spi.internal.curve.P256Point.GENERATOR_Y;
import static dev.e2ee.spi.internal.curve.P256Point.ORDER;
import static dev.e2ee.spi.internal.curve.P256Point.P;

import java.math.BigInteger;

/**
 * ECDSA verification, FIPS 186-5, section 6.4.2, in plain arithmetic that takes some milliseconds:
 * for the few signatures that an engine may get wrong. All of it is public. Points are in Jacobian
 * coordinates, x = X / Z^2 and y = Y / Z^3; the identity has Z = 0.
 */
final class P256Verification {
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final Point IDENTITY = new Point(BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

  private record Point(BigInteger x, BigInteger y, BigInteger z) {
    boolean isIdentity() {
      return z.signum() == 0;
    }
  }

  private P256Verification() {}

  /**
   * Whether a signature is right.
   *
   * @param publicKey a checked point
   * @param digest 32 bytes
   * @param r in range
   * @param s in range
   */
  static boolean verifies(byte[] publicKey, byte[] digest, BigInteger r, BigInteger s) {
    BigInteger w = s.modInverse(ORDER);
    BigInteger u1 = new BigInteger(1, digest).multiply(w).mod(ORDER);
    BigInteger u2 = r.multiply(w).mod(ORDER);
    P256Point key = P256Point.of(publicKey);
    Point sum =
        sumOfProducts(
            u1,
            new Point(GENERATOR_X, GENERATOR_Y, BigInteger.ONE),
            u2,
            new Point(key.x(), key.y(), BigInteger.ONE));
    return !sum.isIdentity() && affineX(sum).mod(ORDER).equals(r);
  }

  private static BigInteger affineX(Point point) {
    return times(point.x, times(point.z, point.z).modInverse(P));
  }

  /** a A + b B, with the doublings shared. */
  private static Point sumOfProducts(BigInteger a, Point pointA, BigInteger b, Point pointB) {
    Point both = add(pointA, pointB);
    Point sum = IDENTITY;
    for (int bit = Math.max(a.bitLength(), b.bitLength()) - 1; bit >= 0; bit--) {
      sum = twice(sum);
      if (a.testBit(bit) && b.testBit(bit)) {
        sum = add(sum, both);
      } else if (a.testBit(bit)) {
        sum = add(sum, pointA);
      } else if (b.testBit(bit)) {
        sum = add(sum, pointB);
      }
    }
    return sum;
  }

  /** For a curve with a = -3. There is no point of order 2. */
  private static Point twice(Point p) {
    if (p.isIdentity()) {
      return p;
    }
    BigInteger zz = times(p.z, p.z);
    BigInteger yy = times(p.y, p.y);
    BigInteger xyy4 = times(p.x, yy).shiftLeft(2);
    BigInteger slope = times(times(THREE, p.x.subtract(zz)), p.x.add(zz));
    BigInteger x = times(slope, slope).subtract(xyy4.shiftLeft(1)).mod(P);
    BigInteger y = times(slope, xyy4.subtract(x)).subtract(times(yy, yy).shiftLeft(3)).mod(P);
    return new Point(x, y, times(p.y, p.z).shiftLeft(1).mod(P));
  }

  private static Point add(Point p, Point q) {
    if (p.isIdentity() || q.isIdentity()) {
      return p.isIdentity() ? q : p;
    }
    BigInteger pzz = times(p.z, p.z);
    BigInteger qzz = times(q.z, q.z);
    BigInteger u = times(p.x, qzz);
    BigInteger s = times(times(p.y, q.z), qzz);
    BigInteger h = times(q.x, pzz).subtract(u).mod(P);
    BigInteger slope = times(times(q.y, p.z), pzz).subtract(s).mod(P);
    if (h.signum() == 0) {
      return slope.signum() == 0 ? twice(p) : IDENTITY;
    }
    BigInteger hh = times(h, h);
    BigInteger hhh = times(h, hh);
    BigInteger uhh = times(u, hh);
    BigInteger x = times(slope, slope).subtract(hhh).subtract(uhh.shiftLeft(1)).mod(P);
    BigInteger y = times(slope, uhh.subtract(x)).subtract(times(s, hhh)).mod(P);
    return new Point(x, y, times(times(p.z, q.z), h));
  }

  private static BigInteger times(BigInteger a, BigInteger b) {
    return a.multiply(b).mod(P);
  }
}
