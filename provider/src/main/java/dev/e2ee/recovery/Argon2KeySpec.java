package dev.e2ee.recovery;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.spi.SecretBytes;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.KeySpec;
import java.util.Objects;

/**
 * What {@code SecretKeyFactory} {@code Argon2id} derives a key from: <a
 * href="https://www.rfc-editor.org/rfc/rfc9106">RFC 9106</a>, version 0x13, without secret and
 * associated data. On JDK 25 the {@code KDF} of the same name takes it too.
 */
public final class Argon2KeySpec implements KeySpec, AlgorithmParameterSpec, AutoCloseable {
  private final SecretBytes password;
  private final byte[] salt;
  private final Argon2Cost cost;
  private final int keyLength;

  /**
   * From bytes, which are copied. A passphrase should be UTF-8 of its NFC form.
   *
   * @param password 1 byte or more
   * @param salt 16 bytes or more
   * @param keyLength of the key in bytes, 16 to 64
   * @throws IllegalArgumentException for other lengths
   */
  public Argon2KeySpec(byte[] password, byte[] salt, Argon2Cost cost, int keyLength) {
    if (password.length == 0 || salt.length < 16 || keyLength < 16 || keyLength > 64) {
      throw new IllegalArgumentException(
          "Argon2id takes a password of 1 byte or more and a salt of 16 or more, gives 16 to 64");
    }
    this.password = SecretBytes.copyOf(password);
    this.salt = salt.clone();
    this.cost = Objects.requireNonNull(cost, "cost");
    this.keyLength = keyLength;
  }

  /**
   * A copy of the password, which the caller wipes.
   *
   * @throws IllegalStateException when closed
   */
  public byte[] password() {
    return password.copy();
  }

  /** A copy of the salt. */
  public byte[] salt() {
    return salt.clone();
  }

  /** What the derivation costs; its bounds were checked when it was made. */
  public Argon2Cost cost() {
    return cost;
  }

  /** The length of the key in bytes. */
  public int keyLength() {
    return keyLength;
  }

  /** Wipes the password. */
  @Override
  public void close() {
    password.close();
  }

  @Override
  public String toString() {
    return "Argon2KeySpec[" + cost + ", " + keyLength + " bytes]";
  }
}
