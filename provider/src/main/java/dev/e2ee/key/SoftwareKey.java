package dev.e2ee.key;

import dev.e2ee.spi.SecretBytes;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A secret key in this JVM's memory, 32 bytes unless its class says otherwise: copied in, a fresh
 * copy out at each {@link #getEncoded}, wiped on {@link #close}; equal only to itself; not
 * serialisable.
 */
public abstract sealed class SoftwareKey implements SecretKey, AutoCloseable
    permits UserMasterKey, DataKey, RawKey {
  /** The length of a UMK and of a DEK in bytes. */
  public static final int LENGTH = 32;

  private static final long serialVersionUID = 1L;

  private final String algorithm;
  private final transient SecretBytes secret;
  private volatile boolean destroyed;

  SoftwareKey(String algorithm, byte[] bytes) {
    this(algorithm, bytes, LENGTH, LENGTH);
  }

  SoftwareKey(String algorithm, byte[] bytes, int least, int most) {
    if (bytes.length < least || bytes.length > most) {
      throw new IllegalArgumentException(
          "the key must have "
              + (least == most ? "" : least + " to ")
              + most
              + " bytes, not "
              + bytes.length);
    }
    this.algorithm = algorithm;
    this.secret = SecretBytes.copyOf(bytes);
  }

  /**
   * The algorithm: {@code E2EE-UMK}, {@code E2EE-DEK}, {@code Argon2id}, or what a caller asked
   * for.
   */
  @Override
  public final String getAlgorithm() {
    return algorithm;
  }

  /** {@code RAW}. */
  @Override
  public final String getFormat() {
    return "RAW";
  }

  /**
   * A fresh copy of the bytes, which the caller wipes.
   *
   * @throws IllegalStateException when closed
   */
  @Override
  public final byte[] getEncoded() {
    return secret.copy();
  }

  /** Wipes the key; a second call does nothing. */
  @Override
  public final void close() {
    destroyed = true;
    secret.close();
  }

  /** The same as {@link #close}. */
  @Override
  public final void destroy() {
    close();
  }

  @Override
  public final boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public final int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + secret.length() + " bytes]";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a secret key is not serialised; wrap it");
  }

  private void readObject(ObjectInputStream in) throws NotSerializableException {
    throw new NotSerializableException("a secret key is not serialised; unwrap it");
  }
}
