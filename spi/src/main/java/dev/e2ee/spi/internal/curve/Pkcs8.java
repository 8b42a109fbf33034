package dev.e2ee.spi.internal.curve;

import java.security.InvalidKeyException;
import java.util.Arrays;

/**
 * What a PKCS#8 encoding of a private key holds: RFC 5915 and RFC 5480 for P-256, RFC 8410, section
 * 7, for X25519 and Ed25519. Some writers add the public key, or name the curve twice.
 */
final class Pkcs8 {
  private static final int VERSION_1_PUBLIC_KEY = 0x81;
  private static final int PARAMETERS = 0xa0;
  private static final int PUBLIC_KEY = 0xa1;

  private Pkcs8() {}

  /**
   * The 32 bytes of the private key. A public key beside it must be one of the curve; whether it
   * belongs to the private key is not looked at, and nobody here uses it.
   *
   * @throws InvalidKeyException when it is another curve's, or not DER
   */
  static byte[] rawKey(Curve curve, byte[] encoded) throws InvalidKeyException {
    byte[] algorithm = curve.algorithmIdentifier();
    byte[] raw = new byte[0];
    boolean right = false;
    try {
      DerReader all = new DerReader(encoded);
      DerReader key = all.enter(DerReader.SEQUENCE);
      all.end();
      int version = number(key.take(DerReader.INTEGER));
      if (!Arrays.equals(key.take(DerReader.SEQUENCE), algorithm)) {
        throw new InvalidKeyException("the private key is of another curve, or does not name it");
      }
      DerReader inside = key.enter(DerReader.OCTET_STRING);
      raw = curve == Curve.P256 ? ofEc(inside, algorithm) : inside.take(DerReader.OCTET_STRING);
      inside.end();
      if (version == 1 && key.isAt(VERSION_1_PUBLIC_KEY)) {
        checkPublicKey(curve, key.take(VERSION_1_PUBLIC_KEY));
      } else if (version != 0) {
        throw new InvalidKeyException("a private key of a version that is not known");
      }
      key.end();
      if (raw.length != Curve.PRIVATE_KEY) {
        throw new InvalidKeyException("the private key has not 32 bytes");
      }
      right = true;
      return raw;
    } catch (DerReader.NotDerException e) {
      throw new InvalidKeyException("not a private key in PKCS#8: " + e.getMessage(), e);
    } finally {
      if (!right) {
        Arrays.fill(raw, (byte) 0);
      }
    }
  }

  /**
   * The content of a BIT STRING of whole bytes.
   *
   * @throws InvalidKeyException when it is no valid public key of the curve
   */
  private static void checkPublicKey(Curve curve, byte[] bits) throws InvalidKeyException {
    if (bits.length == 0 || bits[0] != 0) {
      throw new InvalidKeyException("the public key beside the private one has not whole bytes");
    }
    curve.check(Arrays.copyOfRange(bits, 1, bits.length));
  }

  /** ECPrivateKey of RFC 5915, section 3. */
  private static byte[] ofEc(DerReader inside, byte[] algorithm)
      throws DerReader.NotDerException, InvalidKeyException {
    DerReader key = inside.enter(DerReader.SEQUENCE);
    if (number(key.take(DerReader.INTEGER)) != 1) {
      throw new InvalidKeyException("an EC private key of a version that is not known");
    }
    byte[] raw = key.take(DerReader.OCTET_STRING);
    if (key.isAt(PARAMETERS)) {
      int behindFirst = 2 + algorithm[1];
      byte[] curve = Arrays.copyOfRange(algorithm, behindFirst, algorithm.length);
      if (!Arrays.equals(key.take(PARAMETERS), curve)) {
        throw new InvalidKeyException("the private key names two curves");
      }
    }
    if (key.isAt(PUBLIC_KEY)) {
      DerReader bits = key.enter(PUBLIC_KEY);
      checkPublicKey(Curve.P256, bits.take(DerReader.BIT_STRING));
      bits.end();
    }
    key.end();
    return raw;
  }

  private static int number(byte[] content) throws InvalidKeyException {
    if (content.length != 1) {
      throw new InvalidKeyException("a private key of a version that is not known");
    }
    return content[0];
  }
}
