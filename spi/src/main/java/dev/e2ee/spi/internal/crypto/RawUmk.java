package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * What a UMK of 32 bytes in this JVM does, in an application's memory and in an unlocked store
 * alike: its own id, and wrap algorithm 1 of {@code testvectors/spec/envelope.md}.
 */
public final class RawUmk {
  private static final byte[] ID_LABEL = "e2ee-key-id-v1".getBytes(StandardCharsets.US_ASCII);

  private RawUmk() {}

  /** The id that the key itself gives, 16 bytes. */
  public static KeyId id(Engine engine, SecretBytes umk) {
    // [envelope-21]
    return KeyId.of(Hkdf.expand(engine, umk, ID_LABEL, KeyId.LENGTH));
  }

  /** Wraps a DEK of 32 bytes into 60: box(UMK, nonce, DEK, AAD). */
  public static byte[] wrap(Engine engine, SecretBytes umk, SecretBytes dek, byte[] aad) {
    byte[] plain = dek.copy();
    try {
      return Box.seal(engine, umk, plain, aad);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Unwraps a DEK, which the caller closes.
   *
   * @throws AEADBadTagException when it is not authentic under this key and AAD
   */
  public static SecretBytes unwrap(Engine engine, SecretBytes umk, byte[] wrapped, byte[] aad)
      throws AEADBadTagException {
    return SecretBytes.adopt(Box.open(engine, umk, wrapped, aad));
  }
}
