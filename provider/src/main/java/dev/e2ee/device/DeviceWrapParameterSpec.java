package dev.e2ee.device;

import dev.e2ee.internal.format.Identifier;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a device wrap ({@code E2EE-DeviceWrap}) is bound to besides the key at {@code init}: whose
 * UMK it is, and which device answers for it.
 */
public final class DeviceWrapParameterSpec implements AlgorithmParameterSpec {
  private final String userId;
  private final DevicePublicKeys approver;
  private final @Nullable DeviceIdentity signer;
  private final int minimumGeneration;

  private DeviceWrapParameterSpec(
      String userId,
      DevicePublicKeys approver,
      @Nullable DeviceIdentity signer,
      int minimumGeneration) {
    this.userId = Identifier.check("user id", userId);
    this.approver = Objects.requireNonNull(approver, "approver");
    this.signer = signer;
    if (minimumGeneration < 0) {
      throw new IllegalArgumentException("a minimum is 0 or more, not " + minimumGeneration);
    }
    this.minimumGeneration = minimumGeneration;
  }

  /**
   * For wrapping: this device signs.
   *
   * @param userId 1 to 1024 bytes of UTF-8
   */
  public static DeviceWrapParameterSpec signedBy(DeviceIdentity approver, String userId) {
    return new DeviceWrapParameterSpec(userId, approver.publicKeys(), approver, 0);
  }

  /**
   * For unwrapping: this device must have signed.
   *
   * @param approver its keys, from a registry or a compared fingerprint
   * @param userId 1 to 1024 bytes of UTF-8
   */
  public static DeviceWrapParameterSpec from(DevicePublicKeys approver, String userId) {
    return new DeviceWrapParameterSpec(userId, approver, null, 0);
  }

  /**
   * The same, but unwrapping only this or a later generation of the UMK: an older wrap is as
   * authentic as it ever was.
   *
   * @throws IllegalArgumentException for a number below 0; 0 accepts every generation
   */
  public DeviceWrapParameterSpec withMinimumGeneration(int generation) {
    return new DeviceWrapParameterSpec(userId, approver, signer, generation);
  }

  /** The least generation of the UMK to accept; 0 for every one. */
  public int minimumGeneration() {
    return minimumGeneration;
  }

  /** Whose UMK it is. */
  public String userId() {
    return userId;
  }

  /** Who answers for the wrap. */
  public DevicePublicKeys approver() {
    return approver;
  }

  /** The same with its private keys, for wrapping. */
  public Optional<DeviceIdentity> signer() {
    return Optional.ofNullable(signer);
  }

  @Override
  public String toString() {
    return "DeviceWrapParameterSpec[" + Identifier.shown(userId) + ", approver " + approver + "]";
  }
}
