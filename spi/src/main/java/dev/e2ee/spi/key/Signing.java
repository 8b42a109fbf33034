package dev.e2ee.spi.key;

/** ECDSA on P-256 with SHA-256 and a private key that stays in custody. */
public interface Signing {
  /** The own public key: 65 bytes, uncompressed SEC 1 point. */
  byte[] publicPoint();

  /** The signature in IEEE P1363 form, 64 bytes. */
  byte[] sign(byte[] message);
}
