package dev.e2ee.spi.key;

/** Where the key material is, as the back end has verified it. */
public enum Residency {
  /** In a device that does not give it out: made there, non-extractable, read back as such. */
  HARDWARE,
  /** In another process that does not give it out, such as a software token. */
  ISOLATED,
  /** Encrypted at rest, and in this JVM's memory while the store is unlocked. */
  MEMORY
}
