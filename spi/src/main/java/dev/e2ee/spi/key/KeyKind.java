package dev.e2ee.spi.key;

/** What a key in custody is for. A key of one kind is never used as another. */
public enum KeyKind {
  /** A user master key, 32 bytes: wraps DEKs. */
  UMK("E2EE-UMK"),
  /** A P-256 private key for ECDH. */
  AGREEMENT_P256("EC"),
  /** A P-256 private key for ECDSA. */
  SIGNING_P256("EC");

  private final String algorithm;

  KeyKind(String algorithm) {
    this.algorithm = algorithm;
  }

  /** The JCA algorithm name of such a key. */
  public String algorithm() {
    return algorithm;
  }
}
