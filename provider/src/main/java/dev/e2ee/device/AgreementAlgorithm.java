package dev.e2ee.device;

/** How a device agrees on secrets; the numbers are those of the wire. */
public enum AgreementAlgorithm {
  /** ECDH on P-256: public keys are uncompressed points of 65 bytes. What an HSM can do. */
  P256(1),
  /** X25519, RFC 7748: public keys of 32 bytes. */
  X25519(2);

  private final int number;

  AgreementAlgorithm(int number) {
    this.number = number;
  }

  /** The number in encoded keys and wraps. */
  public int number() {
    return number;
  }
}
