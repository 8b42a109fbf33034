package dev.e2ee.recovery;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.internal.format.Identifier;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;

/**
 * What a recovery wrap ({@code E2EE-RecoveryWrap}) is for.
 *
 * @param userId whose UMK it is, 1 to 1024 bytes of UTF-8
 * @param issue counts the wraps of the user; when unwrapping: the least that is accepted. 1 or more
 * @param cost when wrapping: of the derivation; when unwrapping the wrap's own counts
 */
public record RecoveryWrapParameterSpec(String userId, int issue, Argon2Cost cost)
    implements AlgorithmParameterSpec {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException for an id that is empty, too long or has a lone surrogate, or
   *     an issue below 1
   */
  public RecoveryWrapParameterSpec {
    Identifier.check("user id", userId);
    Objects.requireNonNull(cost, "cost");
    if (issue < 1) {
      throw new IllegalArgumentException("an issue is 1 or more, not " + issue);
    }
  }

  /** The first code of a user, at the default cost: 64 MiB, 3 passes, 4 lanes. */
  public RecoveryWrapParameterSpec(String userId) {
    this(userId, 1, Argon2Cost.DEFAULT);
  }
}
