package dev.e2ee.key;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user master key (UMK) in memory: it wraps the DEK of every record. Made by {@code
 * KeyGenerator.getInstance("E2EE-UMK")}, or unwrapped for this device; better kept in custody.
 *
 * <p>Envelopes name their UMK by its id and generation. One that is only bytes has the id that they
 * give, and generation 1; one that a custody made has the id and generation from there, and keeps
 * them on its way to other devices.
 */
public final class UserMasterKey extends SoftwareKey {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable KeyId id;
  private final int generation;

  private UserMasterKey(byte[] bytes, @Nullable KeyId id, int generation) {
    super("E2EE-UMK", bytes);
    if (generation < 1) {
      throw new IllegalArgumentException("a generation is 1 or more, not " + generation);
    }
    this.id = id;
    this.generation = generation;
  }

  /**
   * A UMK from a copy of its 32 bytes, which must be uniformly random.
   *
   * @throws IllegalArgumentException for another length
   */
  public static UserMasterKey of(byte[] bytes) {
    return new UserMasterKey(bytes, null, 1);
  }

  /**
   * A generation of a UMK that has been in custody, or comes from another device.
   *
   * @param bytes 32, which are copied
   * @param generation 1 or more
   * @throws IllegalArgumentException for another length or a generation below 1
   */
  public static UserMasterKey of(byte[] bytes, KeyId id, int generation) {
    return new UserMasterKey(bytes, Objects.requireNonNull(id, "id"), generation);
  }

  /**
   * A UMK from a copy of 32 secret bytes, which must be uniformly random. The caller closes both.
   *
   * @throws IllegalArgumentException for another length
   * @throws IllegalStateException when the bytes were closed
   */
  public static UserMasterKey of(SecretBytes secret) {
    return copyOf(secret, null, 1);
  }

  /**
   * A generation of a UMK that a custody has exported, or that was unwrapped. The caller closes
   * both.
   *
   * @param secret 32 bytes, which are copied
   * @param generation 1 or more
   * @throws IllegalArgumentException for another length or a generation below 1
   * @throws IllegalStateException when the bytes were closed
   */
  public static UserMasterKey of(SecretBytes secret, KeyId id, int generation) {
    return copyOf(secret, Objects.requireNonNull(id, "id"), generation);
  }

  private static UserMasterKey copyOf(SecretBytes secret, @Nullable KeyId id, int generation) {
    byte[] bytes = secret.copy();
    try {
      return new UserMasterKey(bytes, id, generation);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** The id that it was given; empty when it has the one that its bytes give. */
  public Optional<KeyId> id() {
    return Optional.ofNullable(id);
  }

  /** The generation that envelopes name, 1 or more. */
  public int generation() {
    return generation;
  }
}
