package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key on its way into an engine, for one operation. Every {@link #getEncoded} gives a fresh copy,
 * because the JDK's ciphers wipe the array that they are handed; {@code SecretKeySpec} would keep
 * one that nobody can wipe.
 */
public final class EngineKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final String algorithm;
  private final transient SecretBytes secret;

  /** The secret stays the caller's, who closes it after the operation. */
  public EngineKey(String algorithm, SecretBytes secret) {
    this.algorithm = algorithm;
    this.secret = secret;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return secret.copy();
  }

  /**
   * Nothing, while the secret is there.
   *
   * @throws IllegalStateException when it was closed
   */
  void requireOpen() {
    Arrays.fill(secret.copy(), (byte) 0);
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a key in use cannot be serialised");
  }
}
