package dev.e2ee.key;

import dev.e2ee.spi.SecretBytes;
import java.security.spec.KeySpec;
import java.util.Objects;

/**
 * What {@code SecretKeyFactory} {@code HKDF-SHA256}, {@code HKDF-SHA384} and {@code HKDF-SHA512}
 * derive a key from: <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>, extract and
 * expand.
 */
public final class HkdfKeySpec implements KeySpec, AutoCloseable {
  private final SecretBytes ikm;
  private final byte[] salt;
  private final byte[] info;
  private final int keyLength;

  /**
   * From bytes, which are copied.
   *
   * @param ikm the secret, of any length: a key, or the result of an agreement; never a passphrase
   * @param salt of any length; none is as many zeros as the hash has bytes
   * @param info what the key is for, of any length
   * @param keyLength of the key in bytes, 1 to 255 times the hash's
   * @throws IllegalArgumentException for a length below 1
   */
  public HkdfKeySpec(byte[] ikm, byte[] salt, byte[] info, int keyLength) {
    if (keyLength < 1) {
      throw new IllegalArgumentException("HKDF gives 1 byte or more, not " + keyLength);
    }
    this.ikm = SecretBytes.copyOf(Objects.requireNonNull(ikm, "ikm"));
    this.salt = Objects.requireNonNull(salt, "salt: new byte[0] for none").clone();
    this.info = Objects.requireNonNull(info, "info: new byte[0] for none").clone();
    this.keyLength = keyLength;
  }

  /**
   * A copy of the secret, which the caller wipes.
   *
   * @throws IllegalStateException when closed
   */
  public byte[] ikm() {
    return ikm.copy();
  }

  /** A copy of the salt. */
  public byte[] salt() {
    return salt.clone();
  }

  /** A copy of the info. */
  public byte[] info() {
    return info.clone();
  }

  /** The length of the key in bytes. */
  public int keyLength() {
    return keyLength;
  }

  /** Wipes the secret. */
  @Override
  public void close() {
    ikm.close();
  }

  @Override
  public String toString() {
    return "HkdfKeySpec[" + keyLength + " bytes]";
  }
}
