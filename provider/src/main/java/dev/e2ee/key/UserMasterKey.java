package dev.e2ee.key;

/**
 * A user master key (UMK) in memory: it wraps the DEK of every record. Made by {@code
 * KeyGenerator.getInstance("E2EE-UMK")}; better kept in custody.
 */
public final class UserMasterKey extends SoftwareKey {
  private static final long serialVersionUID = 1L;

  private UserMasterKey(byte[] bytes) {
    super("E2EE-UMK", bytes);
  }

  /**
   * A UMK from a copy of its 32 bytes, which must be uniformly random.
   *
   * @throws IllegalArgumentException for another length
   */
  public static UserMasterKey of(byte[] bytes) {
    return new UserMasterKey(bytes);
  }
}
