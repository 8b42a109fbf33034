package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Wrap algorithm 3: AES-KW of a DEK under the UMK (RFC 3394), and HMAC-SHA-256 of that and of its
 * context under the UMK's MAC key. Both keys are where their {@link Keys} are, in a token mostly.
 * Section 4 of {@code testvectors/spec/token.md}.
 */
public final class TokenKw {
  /** The envelope's number for wraps that are made so. */
  public static final int WRAP_ALG = 3;

  /** The length of a wrapped DEK without its tag, in bytes. */
  public static final int WRAPPED_DEK = 40;

  /** The length of the tag in bytes. */
  public static final int TAG = 32;

  /** The length of a wrap in bytes. */
  public static final int WRAPPED = WRAPPED_DEK + TAG;

  private static final byte[] LABEL = "e2ee-token-kw-v1".getBytes(StandardCharsets.US_ASCII);

  private TokenKw() {}

  /**
   * A UMK and its MAC key.
   *
   * @param <E> what may go wrong where they are
   */
  public interface Keys<E extends Exception> {
    /** AES-KW of a DEK, {@value #WRAPPED_DEK} bytes. */
    byte[] wrap(SecretBytes dek) throws E;

    /**
     * The DEK, 32 bytes, which the caller closes.
     *
     * @param wrappedDek {@value #WRAPPED_DEK} bytes, whose tag fits
     */
    SecretBytes unwrap(byte[] wrappedDek) throws E;

    /** HMAC-SHA-256, {@value #TAG} bytes. */
    byte[] mac(byte[] message) throws E;
  }

  /**
   * Wraps a DEK under the UMK of this id and generation.
   *
   * @param dek 32 bytes; stays the caller's
   * @return {@value #WRAPPED} bytes
   */
  public static <E extends Exception> byte[] wrap(
      Engine engine, Keys<E> umk, KeyId id, int generation, SecretBytes dek, byte[] aad) throws E {
    byte[] wrappedDek = umk.wrap(dek);
    byte[] tag = umk.mac(tagged(engine, id, generation, aad, wrappedDek));
    return ByteBuffer.allocate(WRAPPED).put(wrappedDek).put(tag).array();
  }

  /**
   * Unwraps a DEK, which the caller closes. The UMK is asked to unwrap only what it has wrapped.
   * [token-26]
   *
   * @param wrap {@value #WRAPPED} bytes
   * @throws AEADBadTagException when it is not authentic under this UMK and AAD
   */
  public static <E extends Exception> SecretBytes unwrap(
      Engine engine, Keys<E> umk, KeyId id, int generation, byte[] wrap, byte[] aad)
      throws E, AEADBadTagException {
    byte[] wrappedDek = Arrays.copyOf(wrap, WRAPPED_DEK);
    byte[] tag = Arrays.copyOfRange(wrap, WRAPPED_DEK, WRAPPED);
    byte[] expected = umk.mac(tagged(engine, id, generation, aad, wrappedDek));
    if (!MessageDigest.isEqual(expected, tag)) {
      throw new AEADBadTagException("the tag does not fit");
    }
    return umk.unwrap(wrappedDek);
  }

  /**
   * What the tag is of: label, 0, key id(16), generation(4), SHA-256 of the AAD(32), wrapped
   * DEK(40).
   */
  public static byte[] tagged(
      Engine engine, KeyId id, int generation, byte[] aad, byte[] wrappedDek) {
    // [token-26]
    return ByteBuffer.allocate(LABEL.length + 1 + KeyId.LENGTH + 4 + 32 + WRAPPED_DEK)
        .put(LABEL)
        .put((byte) 0)
        .put(id.toBytes())
        .putInt(generation)
        .put(engine.sha256(aad))
        .put(wrappedDek)
        .array();
  }
}
