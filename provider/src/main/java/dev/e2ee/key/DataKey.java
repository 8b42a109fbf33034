package dev.e2ee.key;

/** A data encryption key (DEK) in memory: it encrypts one write of one record. */
public final class DataKey extends SoftwareKey {
  private static final long serialVersionUID = 1L;

  private DataKey(String algorithm, byte[] bytes) {
    super(algorithm, bytes);
  }

  /**
   * A DEK from a copy of its 32 bytes.
   *
   * @throws IllegalArgumentException for another length
   */
  public static DataKey of(byte[] bytes) {
    return new DataKey("E2EE-DEK", bytes);
  }

  /** The same for a caller who asked {@code Cipher.unwrap} for an {@code AES} key. */
  public static DataKey ofAes(byte[] bytes) {
    return new DataKey("AES", bytes);
  }
}
