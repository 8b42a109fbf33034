package dev.e2ee.device;

import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.security.PrivateKey;
import org.jspecify.annotations.Nullable;

/**
 * The agreement key of a {@link DeviceIdentity} as a JCA key: opaque, in memory or in custody
 * alike.
 */
public final class DevicePrivateKey implements PrivateKey {
  private static final long serialVersionUID = 1L;

  private final transient DeviceIdentity identity;

  DevicePrivateKey(DeviceIdentity identity) {
    this.identity = identity;
  }

  /** Whose key it is. */
  public DeviceIdentity identity() {
    return identity;
  }

  /** {@code EC} or {@code X25519}. */
  @Override
  public String getAlgorithm() {
    return identity.publicKeys().publicKey().getAlgorithm();
  }

  /** Always null: the key shows nothing. */
  @Override
  public @Nullable String getFormat() {
    return null;
  }

  /** Always null: the key shows nothing. */
  @Override
  public byte @Nullable [] getEncoded() {
    return null;
  }

  /** Closes the identity. */
  @Override
  public void destroy() {
    identity.close();
  }

  @Override
  public boolean isDestroyed() {
    return identity.isClosed();
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
    return "DevicePrivateKey[" + identity.publicKeys().shownId() + "]";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a device's private key is not serialised");
  }

  private void readObject(ObjectInputStream in) throws NotSerializableException {
    throw new NotSerializableException("this key is not serialised; load the identity");
  }
}
