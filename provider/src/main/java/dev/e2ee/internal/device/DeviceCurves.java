package dev.e2ee.internal.device;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.spi.internal.curve.Curve;

/** The curves behind a device's algorithms, and the algorithms behind their numbers. */
public final class DeviceCurves {
  private DeviceCurves() {}

  /** The curve of its agreement keys. */
  public static Curve of(AgreementAlgorithm algorithm) {
    return switch (algorithm) {
      case P256 -> Curve.P256;
      case X25519 -> Curve.X25519;
    };
  }

  /** The curve of its signing keys. */
  public static Curve of(SigningAlgorithm algorithm) {
    return switch (algorithm) {
      case ECDSA_P256 -> Curve.P256;
      case ED25519 -> Curve.ED25519;
    };
  }
}
