package dev.e2ee.device;

/** How a device signs; the numbers are those of the wire. All signatures have 64 bytes. */
public enum SigningAlgorithm {
  /** ECDSA on P-256 with SHA-256, r || s: public keys are uncompressed points of 65 bytes. */
  ECDSA_P256(1),
  /** Ed25519, RFC 8032: public keys of 32 bytes. */
  ED25519(2);

  private final int number;

  SigningAlgorithm(int number) {
    this.number = number;
  }

  /** The number in encoded keys and wraps. */
  public int number() {
    return number;
  }
}
