package dev.e2ee.spi.key;

import dev.e2ee.spi.SecretBytes;

/** ECDH on P-256 with a private key that stays in custody. */
public interface EcdhAgreement {
  /** The own public key: 65 bytes, uncompressed SEC 1 point. */
  byte[] publicPoint();

  /**
   * The X coordinate of the shared point, 32 bytes, which the caller closes.
   *
   * @param peerPoint 65 bytes, uncompressed; checked to be on the curve
   * @throws dev.e2ee.spi.CustodyException INTEGRITY for a point that is not valid, LOCKED, CLOSED …
   */
  SecretBytes agree(byte[] peerPoint);
}
