package dev.e2ee.spi.key;

/** What a store has shown, by a self-test, that it can do. */
public enum Capability {
  /** {@link DekWrap} on its UMKs. */
  DEK_WRAP,
  /** {@link EcdhAgreement} on its agreement keys. */
  ECDH_P256,
  /** {@link Signing} on its signing keys. */
  SIGN_P256,
  /** {@link KeyedMac} on its UMKs. */
  KEYED_MAC,
  /** Making keys inside the store. */
  GENERATE,
  /** Bringing keys in. */
  IMPORT,
  /** Taking keys out. */
  EXPORT
}
