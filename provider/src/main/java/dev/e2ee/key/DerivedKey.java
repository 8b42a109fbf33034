package dev.e2ee.key;

/** A key that was derived from a password, 16 to 64 bytes. */
public final class DerivedKey extends SoftwareKey {
  private static final long serialVersionUID = 1L;

  private DerivedKey(byte[] bytes) {
    super("Argon2id", bytes, 16, 64);
  }

  /**
   * From a copy of its bytes.
   *
   * @throws IllegalArgumentException for fewer than 16 or more than 64
   */
  public static DerivedKey of(byte[] bytes) {
    return new DerivedKey(bytes);
  }
}
