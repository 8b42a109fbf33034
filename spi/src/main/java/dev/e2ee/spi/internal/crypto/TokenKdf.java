package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a token computes HMAC-SHA-256 of for wrap algorithm 2: the one block of the counter-mode KDF
 * of NIST SP 800-108r1, section 4.1. Section 4 of {@code testvectors/spec/token.md}.
 */
public final class TokenKdf {
  /** The envelope's number for wraps that are made so. */
  public static final int WRAP_ALG = 2;

  /** The length of the salt that begins a wrap, in bytes. */
  public static final int SALT = 32;

  /** The length of a wrap in bytes: salt, and a box of a DEK. */
  public static final int WRAPPED = SALT + Box.OVERHEAD + 32;

  private static final byte[] LABEL = "e2ee-token-kek-v1".getBytes(StandardCharsets.US_ASCII);
  private static final int COUNTER = 1;
  private static final int BITS = 256;

  private TokenKdf() {}

  /**
   * The block: counter(4), label, 0, salt(32), key id(16), generation(4), SHA-256 of the AAD(32),
   * length in bits(4).
   */
  public static byte[] block(Engine engine, byte[] salt, KeyId id, int generation, byte[] aad) {
    // [token-8]
    return ByteBuffer.allocate(4 + LABEL.length + 1 + SALT + KeyId.LENGTH + 4 + 32 + 4)
        .putInt(COUNTER)
        .put(LABEL)
        .put((byte) 0)
        .put(salt)
        .put(id.toBytes())
        .putInt(generation)
        .put(engine.sha256(aad))
        .putInt(BITS)
        .array();
  }
}
