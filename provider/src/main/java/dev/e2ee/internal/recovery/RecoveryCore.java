package dev.e2ee.internal.recovery;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.format.ContextFields;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * The recovery wrap of {@code testvectors/spec/recovery.md}, section 3: stateless, reads like its
 * specification.
 */
public final class RecoveryCore {
  /** The one message for everything that is not authentic. */
  public static final String NOT_AUTHENTIC =
      "the recovery code does not open this: it is another user's or an older one, or the wrap was"
          + " altered";

  private static final int KEY = 32;

  private final Engine engine;
  private final byte[] userContext;

  /**
   * For one user.
   *
   * @throws IllegalArgumentException for an id that is empty, too long, or has a lone surrogate
   */
  public RecoveryCore(Engine engine, String userId) {
    this.engine = engine;
    this.userContext = ContextFields.ofUser(Identifier.check("user id", userId));
  }

  /**
   * Does nothing when this engine can wrap at this cost.
   *
   * @throws NotApprovedException in the FIPS profile, for any cost
   */
  public static void requireApproved(Engine engine, Optional<Argon2Cost> cost) {
    if (cost.isPresent()) {
      engine.refuseInProfile(
          "the cost of a recovery wrap is that of Argon2id, which",
          "RecoveryWrap.wrapWithoutCost, or for the cipher RecoveryWrapParameterSpec.withoutCost: a"
              + " recovery code has 128 random bits, and needs no cost");
    }
  }

  /**
   * Wraps a UMK of 32 bytes under a code of 16.
   *
   * @param issue counts the wraps of the user, from 1
   * @param cost of derivation 1; empty for derivation 2
   * @throws NotApprovedException in the FIPS profile, for a cost
   */
  public byte[] wrap(
      SecretBytes umk,
      KeyId keyId,
      int generation,
      int issue,
      SecretBytes code,
      Optional<Argon2Cost> cost) {
    requireApproved(engine, cost);
    // [recovery-6]
    byte[] salt = engine.random(RecoveryWrapMessage.SALT);
    byte[] parameters = RecoveryWrapMessage.parameters(generation, keyId, issue, cost, salt);
    byte[] plain = umk.copy();
    try (SecretBytes root = root(code, cost, salt);
        SecretBytes wrapKey = derived("e2ee-recovery-key-v1", root, parameters)) {
      byte[] commitment = commitment(root, parameters);
      byte[] before =
          ByteBuffer.allocate(parameters.length + commitment.length)
              .put(parameters)
              .put(commitment)
              .array();
      byte[] box = Box.seal(engine, wrapKey, plain, aad(before));
      return ByteBuffer.allocate(RecoveryWrapMessage.LENGTH).put(before).put(box).array();
    } finally {
      Arrays.fill(plain, (byte) 0);
      engine.wipe();
    }
  }

  /**
   * Unwraps a UMK, 32 bytes, which the caller closes.
   *
   * @throws AEADBadTagException when code, user and wrap do not belong together
   * @throws NotApprovedException in the FIPS profile, for a wrap at a cost
   */
  public SecretBytes unwrap(RecoveryWrapMessage wrap, SecretBytes code) throws AEADBadTagException {
    if (wrap.cost().isPresent()) {
      engine.refuseInProfile(
          "this recovery wrap has a cost, and so was derived by Argon2id, which",
          "an engine without the profile to open it, and there make a new code with"
              + " RecoveryWrap.wrapWithoutCost");
    }
    byte[] parameters = wrap.parameters();
    // [recovery-7] [recovery-8]
    try (SecretBytes root = root(code, wrap.cost(), wrap.salt());
        SecretBytes wrapKey = derived("e2ee-recovery-key-v1", root, parameters)) {
      if (!MessageDigest.isEqual(wrap.commitment(), commitment(root, parameters))) {
        throw new AEADBadTagException(NOT_AUTHENTIC);
      }
      return SecretBytes.adopt(Box.open(engine, wrapKey, wrap.box(), aad(wrap.beforeBox())));
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    } finally {
      engine.wipe();
    }
  }

  // [recovery-12]
  private SecretBytes root(SecretBytes code, Optional<Argon2Cost> cost, byte[] salt) {
    if (cost.isEmpty()) {
      return Hkdf.derive(
          engine, code, salt, new Bound("e2ee-recovery-root-v1").lp(userContext).bytes());
    }
    byte[] bytes = code.copy();
    try {
      return SecretBytes.adopt(Argon2id.derive(cost.get(), bytes, salt, KEY));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private byte[] commitment(SecretBytes root, byte[] parameters) {
    return Hkdf.expand(engine, root, bound("e2ee-recovery-commit-v1", parameters), KEY);
  }

  private SecretBytes derived(String label, SecretBytes root, byte[] parameters) {
    return SecretBytes.adopt(Hkdf.expand(engine, root, bound(label, parameters), KEY));
  }

  private byte[] bound(String label, byte[] parameters) {
    return new Bound(label).lp(userContext).lp(parameters).bytes();
  }

  private static byte[] aad(byte[] before) {
    return new Bound("pia-recovery-wrap-v1").raw(before).bytes();
  }
}
