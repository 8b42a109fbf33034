package dev.e2ee.recovery;

import dev.e2ee.internal.format.Bech32mChecksum;
import dev.e2ee.internal.format.CrockfordBase32;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.CharBuffer;
import java.util.Arrays;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A recovery code: 128 random bits that a person writes on paper, 32 characters in eight groups of
 * four, six of them a checksum. {@code testvectors/spec/recovery.md}, section 2.
 *
 * <p>A single wrong character, two that changed places, one that is missing or too much: each is
 * told by {@link #parse}, before any key is derived.
 */
public final class RecoveryCode implements SecretKey, AutoCloseable {
  private static final long serialVersionUID = 1L;
  private static final Bech32mChecksum CHECKSUM = new Bech32mChecksum("e2ee-recovery-v1");
  private static final int ENTROPY = 16;
  private static final int DATA = 26;
  private static final int SYMBOLS = DATA + Bech32mChecksum.LENGTH;

  private final transient SecretBytes entropy;
  private volatile boolean destroyed;

  private RecoveryCode(SecretBytes entropy) {
    this.entropy = entropy;
  }

  /** Draws a new one with the JDK's randomness. */
  public static RecoveryCode generate() {
    return generate(Engine.configured());
  }

  /** Draws a new one for this provider. */
  public static RecoveryCode generate(E2eeProvider provider) {
    return generate(Engine.of(provider.engine()));
  }

  private static RecoveryCode generate(Engine engine) {
    return new RecoveryCode(SecretBytes.adopt(engine.random(ENTROPY)));
  }

  /**
   * Reads what a person typed: case, dashes and blanks do not matter, O is 0, I and L are 1.
   *
   * @param typed stays the caller's, who wipes it
   * @throws InvalidRecoveryCodeException saying what is wrong, not where: that would help to guess
   */
  public static RecoveryCode parse(char[] typed) throws InvalidRecoveryCodeException {
    // [recovery-3]
    byte[] symbols =
        CrockfordBase32.symbols(CharBuffer.wrap(typed))
            .orElseThrow(
                () ->
                    new InvalidRecoveryCodeException(
                        "a recovery code has letters, digits and dashes only, and no U"));
    try {
      // [recovery-2]
      if (symbols.length != SYMBOLS) {
        throw new InvalidRecoveryCodeException(
            "a recovery code has " + SYMBOLS + " characters, this one " + symbols.length);
      }
      // [recovery-1]
      if (!CHECKSUM.isRight(symbols) || (symbols[DATA - 1] & 3) != 0) {
        throw new InvalidRecoveryCodeException(
            "the recovery code has a typing error: compare it with what was written down");
      }
      return new RecoveryCode(SecretBytes.adopt(CrockfordBase32.bytes(symbols, ENTROPY)));
    } finally {
      Arrays.fill(symbols, (byte) 0);
    }
  }

  /**
   * The characters to write down, {@code XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX}, which the caller
   * wipes.
   *
   * @throws IllegalStateException when closed
   */
  public char[] text() {
    byte[] bytes = entropy.copy();
    byte[] data = CrockfordBase32.symbols(bytes, DATA);
    byte[] symbols = CHECKSUM.append(data);
    try {
      return CrockfordBase32.grouped(symbols);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(data, (byte) 0);
      Arrays.fill(symbols, (byte) 0);
    }
  }

  /** {@code E2EE-RecoveryCode}. */
  @Override
  public String getAlgorithm() {
    return "E2EE-RecoveryCode";
  }

  /** {@code RAW}. */
  @Override
  public String getFormat() {
    return "RAW";
  }

  /**
   * A fresh copy of the 16 bytes, which the caller wipes.
   *
   * @throws IllegalStateException when closed
   */
  @Override
  public byte[] getEncoded() {
    return entropy.copy();
  }

  /** Wipes the code; a second call does nothing. */
  @Override
  public void close() {
    destroyed = true;
    entropy.close();
  }

  /** The same as {@link #close}. */
  @Override
  public void destroy() {
    close();
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "RecoveryCode[128 bits]";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a recovery code is not serialised; write it on paper");
  }

  private void readObject(ObjectInputStream in) throws NotSerializableException {
    throw new NotSerializableException("this key is not serialised; type it again");
  }
}
