package dev.e2ee.recovery;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.internal.recovery.RecoveryCore;
import dev.e2ee.internal.recovery.RecoveryWrapMessage;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.key.KeyId;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * Wraps a UMK under a recovery code: what the cipher {@code E2EE-RecoveryWrap} does, with types.
 * {@code testvectors/spec/recovery.md}. Safe for use by many threads.
 *
 * <p>Whoever has the code and any wrap for it has that UMK, for ever. A new code retires an old one
 * only together with a new generation of the UMK: rotate first, then {@link #wrap} the new
 * generation under the new code with the next issue number, and remember the number.
 */
public final class RecoveryWrap {
  private final Engine engine;
  private final String userId;

  private RecoveryWrap(Engine engine, String userId) {
    this.engine = engine;
    this.userId = userId;
    new RecoveryCore(engine, userId);
  }

  /**
   * Wraps of one user, with the configured engine.
   *
   * @param userId 1 to 1024 bytes of UTF-8
   * @throws IllegalArgumentException for another id
   */
  public static RecoveryWrap of(String userId) {
    return new RecoveryWrap(Engine.configured(), userId);
  }

  /** The same with the engine of a provider. */
  public static RecoveryWrap of(String userId, E2eeProvider provider) {
    return new RecoveryWrap(Engine.of(provider.engine()), userId);
  }

  /** Whether what this does is approved: the FIPS profile holds, and a cost is refused. */
  public boolean isApproved() {
    return engine.isApprovedOnly();
  }

  /**
   * Whether {@link #wrap} and {@link #unwrap} can derive at a cost: not in the FIPS profile, where
   * {@link #wrapWithoutCost} takes its place.
   */
  public boolean allowsCost() {
    return !engine.isApprovedOnly();
  }

  /**
   * The public parameters of a wrap. They are authenticated only once it is unwrapped.
   *
   * @param keyId of the UMK inside
   * @param generation of the UMK inside, 1 or more
   * @param issue counts the wraps of its user, from 1
   * @param cost of the derivation; empty for a wrap without one
   */
  public record Info(KeyId keyId, int generation, int issue, Optional<Argon2Cost> cost) {}

  /**
   * Wraps a UMK at a cost, which slows down whoever has the wrap and has seen a part of the code.
   *
   * @param issue counts the wraps of this user: 1, then one more with each new code and each new
   *     generation of the UMK
   * @return 168 bytes
   * @throws IllegalArgumentException for an issue below 1
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small for the cost
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile, where Argon2id is not approved;
   *     {@link #wrapWithoutCost} is
   */
  public byte[] wrap(UserMasterKey umk, RecoveryCode code, int issue, Argon2Cost cost) {
    return wrap(umk, code, issue, Optional.of(cost));
  }

  /**
   * Wraps a UMK with HKDF in place of Argon2id, derivation 2 of {@code
   * testvectors/spec/recovery.md}: for the FIPS profile, where {@link #wrap} is refused, and for
   * readers in it.
   *
   * <p>It is as safe as the code is secret, since that has 128 random bits. But whoever has the
   * wrap and has seen a part of the code guesses the rest many thousand times faster than at a
   * cost.
   *
   * @param issue counts the wraps of this user, those at a cost too: 1, then one more with each new
   *     code and each new generation of the UMK
   * @return 168 bytes
   * @throws IllegalArgumentException for an issue below 1
   */
  public byte[] wrapWithoutCost(UserMasterKey umk, RecoveryCode code, int issue) {
    return wrap(umk, code, issue, Optional.empty());
  }

  private byte[] wrap(UserMasterKey umk, RecoveryCode code, int issue, Optional<Argon2Cost> cost) {
    if (issue < 1) {
      throw new IllegalArgumentException("an issue is 1 or more, not " + issue);
    }
    try (SecretBytes bytes = SecretBytes.adopt(umk.getEncoded());
        SecretBytes entropy = SecretBytes.adopt(code.getEncoded())) {
      KeyId id = umk.id().orElseGet(() -> RawUmk.idOf(engine, bytes));
      return new RecoveryCore(engine, userId)
          .wrap(bytes, id, umk.generation(), issue, entropy, cost);
    }
  }

  /**
   * Unwraps a UMK, which has the id and the generation that the wrap names.
   *
   * @param minimumIssue the last issue that is remembered; 1 when nothing is
   * @throws MalformedRecoveryWrapException for bytes that are no wrap, or a cost out of bounds;
   *     nothing was derived
   * @throws AEADBadTagException when the code, the user and the wrap do not belong together, or the
   *     wrap has a lower issue
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small for the cost
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile, for a wrap at a cost: open it
   *     without the profile, and make a new code with {@link #wrapWithoutCost}
   */
  public UserMasterKey unwrap(byte[] wrap, RecoveryCode code, int minimumIssue)
      throws MalformedRecoveryWrapException, AEADBadTagException {
    RecoveryWrapMessage message = RecoveryWrapMessage.parse(wrap);
    try (SecretBytes entropy = SecretBytes.adopt(code.getEncoded());
        SecretBytes umk = new RecoveryCore(engine, userId).unwrap(message, entropy)) {
      // [recovery-9]
      if (message.issue() < minimumIssue) {
        throw new AEADBadTagException(
            "this wrap has the number "
                + message.issue()
                + ", and "
                + minimumIssue
                + " is remembered: an older one was put back");
      }
      return UserMasterKey.of(umk, message.keyId(), message.generation());
    }
  }

  /**
   * What a wrap says of itself, without a code; nothing of it is verified.
   *
   * @throws MalformedRecoveryWrapException for bytes that are no wrap, or a cost out of bounds
   */
  public static Info inspect(byte[] wrap) throws MalformedRecoveryWrapException {
    RecoveryWrapMessage message = RecoveryWrapMessage.parse(wrap);
    return new Info(message.keyId(), message.generation(), message.issue(), message.cost());
  }
}
