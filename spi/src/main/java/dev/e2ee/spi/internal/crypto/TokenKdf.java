package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Wrap algorithm 2: a KEK for each wrap by HMAC-SHA-256 under the UMK, and a box of the DEK under
 * it. The UMK is where its {@link Prf} is, in a token mostly. Section 4 of {@code
 * testvectors/spec/token.md}.
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
   * HMAC-SHA-256 under a UMK.
   *
   * @param <E> what may go wrong where the UMK is
   */
  @FunctionalInterface
  public interface Prf<E extends Exception> {
    /** The MAC of a message, 32 bytes. */
    byte[] mac(byte[] message) throws E;
  }

  /**
   * Wraps a DEK under the UMK of this id and generation.
   *
   * @param dek 32 bytes; stays the caller's
   * @return salt, and a box of the DEK: {@value #WRAPPED} bytes
   */
  public static <E extends Exception> byte[] wrap(
      Engine engine, Prf<E> umk, KeyId id, int generation, SecretBytes dek, byte[] aad) throws E {
    byte[] salt = engine.random(SALT);
    byte[] plain = dek.copy();
    try (SecretBytes kek = SecretBytes.adopt(umk.mac(block(engine, salt, id, generation, aad)))) {
      byte[] wrap = Arrays.copyOf(salt, WRAPPED);
      Box.seal(engine, kek, plain, 0, plain.length, aad, wrap, SALT);
      return wrap;
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Unwraps a DEK, which the caller closes.
   *
   * @param wrap {@value #WRAPPED} bytes
   * @throws AEADBadTagException when it is not authentic under this UMK and AAD
   */
  public static <E extends Exception> SecretBytes unwrap(
      Engine engine, Prf<E> umk, KeyId id, int generation, byte[] wrap, byte[] aad)
      throws E, AEADBadTagException {
    byte[] salt = Arrays.copyOf(wrap, SALT);
    try (SecretBytes kek = SecretBytes.adopt(umk.mac(block(engine, salt, id, generation, aad)))) {
      return SecretBytes.adopt(Box.open(engine, kek, wrap, SALT, wrap.length - SALT, aad));
    }
  }

  /**
   * What the MAC is of, the one block of the counter-mode KDF of NIST SP 800-108r1, section 4.1:
   * counter(4), label, 0, salt(32), key id(16), generation(4), SHA-256 of the AAD(32), length in
   * bits(4).
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
