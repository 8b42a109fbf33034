package dev.e2ee.recovery;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.internal.format.Identifier;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;
import java.util.Optional;

/**
 * What a recovery wrap ({@code E2EE-RecoveryWrap}) is for. {@code testvectors/spec/recovery.md},
 * section 3.
 *
 * @param userId whose UMK it is, 1 to 1024 bytes of UTF-8
 * @param issue counts the wraps of the user; when unwrapping: the least that is accepted. 1 or more
 * @param cost when wrapping: of the derivation, empty for one without ({@link #withoutCost} says
 *     when to take that); when unwrapping the wrap's own counts
 */
public record RecoveryWrapParameterSpec(String userId, int issue, Optional<Argon2Cost> cost)
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

  /**
   * At this cost. In the FIPS profile the cipher refuses to wrap with it: Argon2id is not approved.
   *
   * @throws IllegalArgumentException for an id or an issue that {@linkplain
   *     RecoveryWrapParameterSpec the other constructor} refuses
   */
  public RecoveryWrapParameterSpec(String userId, int issue, Argon2Cost cost) {
    this(userId, issue, Optional.of(cost));
  }

  /** The first code of a user, at the default cost: 64 MiB, 3 passes, 4 lanes. */
  public RecoveryWrapParameterSpec(String userId) {
    this(userId, 1, Argon2Cost.DEFAULT);
  }

  /**
   * Without a cost, for the FIPS profile, where nothing else is approved. It is as safe as the code
   * is secret: whoever has the wrap and has seen a part of the code guesses the rest many thousand
   * times faster than at a cost.
   *
   * @param userId 1 to 1024 bytes of UTF-8
   * @param issue counts the wraps of the user, 1 or more
   * @throws IllegalArgumentException for another id or issue
   */
  public static RecoveryWrapParameterSpec withoutCost(String userId, int issue) {
    return new RecoveryWrapParameterSpec(userId, issue, Optional.empty());
  }
}
