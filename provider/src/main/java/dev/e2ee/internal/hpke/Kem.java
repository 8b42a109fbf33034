package dev.e2ee.internal.hpke;

import dev.e2ee.spi.internal.curve.Curve;

/** The KEMs in use, RFC 9180, section 7.1. */
public enum Kem {
  /** DHKEM(P-256, HKDF-SHA256): what an HSM can do. */
  P256(0x0010, Curve.P256),
  /** DHKEM(X25519, HKDF-SHA256). */
  X25519(0x0020, Curve.X25519);

  private final int id;
  private final Curve curve;

  Kem(int id, Curve curve) {
    this.id = id;
    this.curve = curve;
  }

  /** The KEM of a curve's keys. */
  public static Kem of(Curve curve) {
    return switch (curve) {
      case P256 -> P256;
      case X25519 -> X25519;
      case ED25519 -> throw new IllegalArgumentException("Ed25519 keys do not agree");
    };
  }

  /** The number in HPKE's registry. */
  int id() {
    return id;
  }

  /** The curve of its keys. */
  public Curve curve() {
    return curve;
  }

  /** The length of a public key, and of an encapsulated one, in bytes. */
  public int publicKeyLength() {
    return curve.publicKeyLength();
  }
}
