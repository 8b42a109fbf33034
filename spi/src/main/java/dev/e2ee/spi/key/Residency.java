package dev.e2ee.spi.key;

/** Where the key material is, as the back end has verified it. */
public enum Residency {
  /** In a device that does not give it out: made there, non-extractable, read back as such. */
  HARDWARE,
  /**
   * Behind an interface that does not give it out, read back as such, and not said to be a device:
   * a software token. Its code may run in another process or in this one, which it does not tell;
   * in this one it is as safe as the process.
   */
  ISOLATED,
  /** Encrypted at rest, and in this JVM's memory while the store is unlocked. */
  MEMORY
}
