package dev.e2ee.device;

import dev.e2ee.internal.device.DeviceCurves;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/** The agreement key of a device as a JCA key, with the device that it belongs to. */
public final class DevicePublicKey implements PublicKey {
  private static final long serialVersionUID = 1L;

  private final transient DevicePublicKeys device;

  DevicePublicKey(DevicePublicKeys device) {
    this.device = device;
  }

  /** The device. */
  public DevicePublicKeys device() {
    return device;
  }

  /** {@code EC} or {@code X25519}. */
  @Override
  public String getAlgorithm() {
    return switch (device.agreementAlgorithm()) {
      case P256 -> "EC";
      case X25519 -> "X25519";
    };
  }

  /** {@code X.509}. */
  @Override
  public String getFormat() {
    return "X.509";
  }

  /** SubjectPublicKeyInfo in DER: 91 bytes for P-256, 44 for X25519. */
  @Override
  public byte[] getEncoded() {
    return DeviceCurves.of(device.agreementAlgorithm()).toX509(device.agreementKey());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DevicePublicKey that && device.equals(that.device);
  }

  @Override
  public int hashCode() {
    return device.hashCode();
  }

  @Override
  public String toString() {
    return "DevicePublicKey[" + device + "]";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("store DevicePublicKeys.encode() instead");
  }

  private void readObject(ObjectInputStream in) throws NotSerializableException {
    throw new NotSerializableException("this key is not serialised; decode DevicePublicKeys");
  }
}
