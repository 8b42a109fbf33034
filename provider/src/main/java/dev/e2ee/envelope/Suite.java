package dev.e2ee.envelope;

/** How the body of an envelope is encrypted. */
public enum Suite {
  /** One AES-256-GCM message: up to 64 KiB, or 16 MiB when a caller asks for this suite by name. */
  AES_256_GCM(1),

  /**
   * <a href="https://c2sp.org/chunked-encryption">C2SP chunked-encryption</a> with AES-256-GCM, in
   * chunks of 16 KiB: any length, in constant memory.
   */
  AES_256_GCM_CHUNKED(2);

  private final int number;

  Suite(int number) {
    this.number = number;
  }

  /** The number in the envelope's header. */
  public int number() {
    return number;
  }
}
