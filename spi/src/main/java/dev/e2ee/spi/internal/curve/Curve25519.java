package dev.e2ee.spi.internal.curve;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Public keys of X25519 (RFC 7748) and Ed25519 (RFC 8032), little-endian, in the field of 2^255 -
 * 19. All of it is public.
 */
final class Curve25519 {
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final BigInteger MINUS_ONE = P.subtract(BigInteger.ONE);

  /** The d of the Edwards curve: -121665/121666. */
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);

  /** The order of the large subgroup: 2^252 + 27742317777372353535851937790883648493. */
  static final BigInteger ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  /** The u of every point of order 1, 2, 4 and 8, on the curve and on its twist. */
  private static final Set<BigInteger> LOW_ORDER_U =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          MINUS_ONE,
          littleEndian("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
          littleEndian("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"));

  /** The y of every point of order 1, 2, 4 and 8. */
  private static final Set<BigInteger> LOW_ORDER_Y =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          MINUS_ONE,
          littleEndian("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
          littleEndian("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));

  private Curve25519() {}

  private static BigInteger littleEndian(String hex) {
    return littleEndian(HexFormat.of().parseHex(hex));
  }

  /** A number whose least significant byte comes first. */
  static BigInteger littleEndian(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }

  /**
   * Both points of Ed25519 whose image on X25519's curve has this u: RFC 7748, section 4.1.
   *
   * @param u 32 bytes, of no point of low order
   */
  static List<byte[]> edwardsPoints(byte[] u) {
    BigInteger number = littleEndian(u);
    BigInteger y =
        number.subtract(BigInteger.ONE).multiply(number.add(BigInteger.ONE).modInverse(P)).mod(P);
    return List.of(littleEndian(y), littleEndian(y.setBit(255)));
  }

  /** 32 bytes, the least significant first. */
  private static byte[] littleEndian(BigInteger number) {
    byte[] bytes = CurveKeyPair.fixed(number);
    for (int i = 0; i < bytes.length / 2; i++) {
      byte first = bytes[i];
      bytes[i] = bytes[bytes.length - 1 - i];
      bytes[bytes.length - 1 - i] = first;
    }
    return bytes;
  }

  static void checkX25519(byte[] key) throws InvalidKeyException {
    BigInteger u = littleEndian(key);
    if (u.compareTo(P) >= 0) {
      throw new InvalidKeyException("the X25519 public key is not the one encoding of its number");
    }
    if (LOW_ORDER_U.contains(u)) {
      throw new InvalidKeyException(
          "the X25519 public key is of low order: it gives everybody the same secret");
    }
  }

  static void checkEd25519(byte[] key) throws InvalidKeyException {
    BigInteger number = littleEndian(key);
    BigInteger y = number.clearBit(255);
    if (y.compareTo(P) >= 0) {
      throw new InvalidKeyException("the Ed25519 public key is not the one encoding of its point");
    }
    if (LOW_ORDER_Y.contains(y)) {
      throw new InvalidKeyException(
          "the Ed25519 public key is of low order: one signature would fit every message");
    }
    // x^2 = (y^2 - 1) / (d y^2 + 1), RFC 8032, section 5.1.3. It is not 0 here: y is not 1 or -1.
    BigInteger square = y.multiply(y).mod(P);
    BigInteger over = D.multiply(square).add(BigInteger.ONE).mod(P);
    BigInteger xx = square.subtract(BigInteger.ONE).multiply(over.modInverse(P)).mod(P);
    if (!isSquare(xx)) {
      throw new InvalidKeyException("the Ed25519 public key is no point of its curve");
    }
  }

  /** Euler's criterion. */
  private static boolean isSquare(BigInteger value) {
    return value.modPow(P.shiftRight(1), P).equals(BigInteger.ONE);
  }
}
