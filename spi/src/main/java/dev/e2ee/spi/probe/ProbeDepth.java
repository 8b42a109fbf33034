package dev.e2ee.spi.probe;

/** How far a probe goes. */
public enum ProbeDepth {
  /** It reads what is public: asks for no secret, logs in nowhere, and changes nothing. */
  LOOK,
  /**
   * It also unlocks the store, once, tries what it can do with keys that it throws away, and
   * measures. Without a secret it does as LOOK does, and says so.
   */
  TRY
}
