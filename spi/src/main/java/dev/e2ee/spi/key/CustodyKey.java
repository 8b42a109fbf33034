package dev.e2ee.spi.key;

import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.security.Key;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An opaque handle to one generation of a key in custody.
 *
 * <p>A {@link Key} that shows nothing: {@link #getEncoded} and {@link #getFormat} are null, it is
 * not serialisable, and two handles are equal only when they are the same object. A back end's
 * class adds the marker that fits: {@link javax.crypto.SecretKey} for a UMK, {@link
 * java.security.PrivateKey} for a device key.
 */
public abstract class CustodyKey implements Key {
  private static final long serialVersionUID = 1L;

  /** For back ends. */
  protected CustodyKey() {}

  /** What the store says of this generation. */
  public abstract KeyDescription description();

  /**
   * Another generation of the same name, for opening what was sealed before a rotation.
   *
   * @throws dev.e2ee.spi.CustodyException MISSING when this name has no such generation; LOCKED,
   *     CLOSED …
   */
  public abstract CustodyKey generation(KeyId id);

  /**
   * An operation that this key offers in custody.
   *
   * @param type {@link DekWrap}, {@link EcdhAgreement}, {@link Signing} or {@link KeyedMac}
   * @return empty when the key does not offer it
   */
  public abstract <T> Optional<T> operation(Class<T> type);

  /** The id of this generation. */
  public final KeyId id() {
    return description().id();
  }

  /** The JCA name of the key's kind, such as {@code E2EE-UMK}. */
  @Override
  public final String getAlgorithm() {
    return description().kind().algorithm();
  }

  /** Always null: the key has no encoding outside its store. */
  @Override
  public final @Nullable String getFormat() {
    return null;
  }

  /** Always null: the key never leaves its store through this handle. */
  @Override
  public final byte @Nullable [] getEncoded() {
    return null;
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
    KeyDescription d = description();
    return "CustodyKey[" + d.name() + ", generation " + d.generation() + ", id " + d.id() + "]";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a key in custody cannot be serialised; keep its URI");
  }

  private void readObject(ObjectInputStream in) throws NotSerializableException {
    throw new NotSerializableException("a key in custody cannot be serialised; open its URI");
  }
}
