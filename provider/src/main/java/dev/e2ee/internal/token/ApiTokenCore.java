package dev.e2ee.internal.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.token.ApiTokenId;
import dev.e2ee.token.ApiTokenVerifier;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * What the seed of an API token gives: {@code testvectors/spec/apitoken.md}; stateless, reads like
 * its specification.
 */
public final class ApiTokenCore {
  /** The length of a seed in bytes. */
  public static final int SEED = 32;

  /** The length of the check behind it. */
  public static final int CHECK = 3;

  /** The length of what a server is sent. */
  public static final int AUTH = 32;

  /** The one message for everything that is not authentic. */
  public static final String NOT_AUTHENTIC =
      "the API token does not open this: it is another token's or another user's, or the wrap was"
          + " altered; what the wrap says of itself names its token";

  private static final int KEY = 32;

  private final Engine engine;

  /** With this engine. */
  public ApiTokenCore(Engine engine) {
    this.engine = engine;
  }

  /** The three bytes by which a mistyped token is told. */
  public byte[] check(SecretBytes seed) {
    byte[] block = derived(seed, new Bound("e2ee-apitoken-check-v2"), KEY);
    try {
      return Arrays.copyOf(block, CHECK);
    } finally {
      Arrays.fill(block, (byte) 0);
    }
  }

  /** The public name, 16 bytes. */
  public byte[] tokenId(SecretBytes seed) {
    return derived(seed, new Bound("e2ee-apitoken-id-v2"), ApiTokenId.LENGTH);
  }

  /** What one server is sent, 32 bytes, which the caller closes. */
  public SecretBytes auth(SecretBytes seed, String audience) {
    Bound info = new Bound("e2ee-apitoken-auth-v2").lp(audience.getBytes(UTF_8));
    return SecretBytes.adopt(derived(seed, info, AUTH));
  }

  /** What that server keeps. */
  public ApiTokenVerifier verifier(SecretBytes auth) {
    return ApiTokenVerifier.of(
        derived(auth, new Bound("e2ee-apitoken-verifier-v2"), ApiTokenVerifier.LENGTH));
  }

  /**
   * Wraps a UMK of 32 bytes.
   *
   * @param userContext CTX(userId)
   * @param head the first 48 bytes of the wrap
   */
  public byte[] wrap(SecretBytes umk, SecretBytes seed, byte[] userContext, byte[] head) {
    byte[] plain = umk.copy();
    try (SecretBytes wrapKey = wrapKey(seed, userContext, head)) {
      byte[] commitment = commitment(seed, userContext, head);
      byte[] before =
          ByteBuffer.allocate(head.length + commitment.length).put(head).put(commitment).array();
      // [apitoken-12]
      byte[] box = Box.seal(engine, wrapKey, plain, aad(before));
      return ByteBuffer.allocate(ApiTokenWrapMessage.LENGTH).put(before).put(box).array();
    } finally {
      Arrays.fill(plain, (byte) 0);
      engine.wipe();
    }
  }

  /**
   * Unwraps a UMK, 32 bytes, which the caller closes.
   *
   * @param userContext CTX(userId)
   * @throws AEADBadTagException when seed, user and wrap do not belong together
   */
  public SecretBytes unwrap(ApiTokenWrapMessage wrap, SecretBytes seed, byte[] userContext)
      throws AEADBadTagException {
    byte[] head = wrap.head();
    // [apitoken-10] [apitoken-11]
    try (SecretBytes wrapKey = wrapKey(seed, userContext, head)) {
      if (!MessageDigest.isEqual(wrap.commitment(), commitment(seed, userContext, head))) {
        throw new AEADBadTagException(NOT_AUTHENTIC);
      }
      return SecretBytes.adopt(Box.open(engine, wrapKey, wrap.box(), aad(wrap.beforeBox())));
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    } finally {
      engine.wipe();
    }
  }

  private byte[] commitment(SecretBytes seed, byte[] userContext, byte[] head) {
    return derived(seed, new Bound("e2ee-apitoken-commit-v2").lp(userContext).lp(head), KEY);
  }

  private SecretBytes wrapKey(SecretBytes seed, byte[] userContext, byte[] head) {
    return SecretBytes.adopt(
        derived(seed, new Bound("e2ee-apitoken-key-v2").lp(userContext).lp(head), KEY));
  }

  private byte[] derived(SecretBytes key, Bound info, int length) {
    return Hkdf.expand(engine, key, info.bytes(), length);
  }

  private static byte[] aad(byte[] before) {
    return new Bound("e2ee-apitoken-wrap-v2").raw(before).bytes();
  }
}
