package dev.e2ee.spi.internal.curve;

import java.security.InvalidKeyException;

/**
 * What an engine's PKCS#8 encoding of an X25519 or Ed25519 private key holds, RFC 8410, section 7:
 * some add the public key behind it.
 */
final class Pkcs8 {
  private Pkcs8() {}

  /**
   * The 32 bytes of the private key.
   *
   * @throws InvalidKeyException when there are none
   */
  static byte[] rawKey(byte[] encoded) throws InvalidKeyException {
    try {
      DerReader key = new DerReader(encoded).enter(DerReader.SEQUENCE);
      key.take(DerReader.INTEGER);
      key.take(DerReader.SEQUENCE);
      byte[] raw = key.enter(DerReader.OCTET_STRING).take(DerReader.OCTET_STRING);
      if (raw.length == Curve.PRIVATE_KEY) {
        return raw;
      }
    } catch (DerReader.NotDerException e) {
      throw new InvalidKeyException("the engine's private key is no PKCS#8", e);
    }
    throw new InvalidKeyException("the engine's private key has not 32 bytes");
  }
}
