package dev.e2ee.device;

import java.util.Arrays;

/** Whether the other side of a handshake is really another one. */
final class Peers {
  private Peers() {}

  /** A device never talks to itself, nor to one that has copied a part of it. */
  static boolean shareAnything(DevicePublicKeys a, DevicePublicKeys b) {
    return a.deviceId().equals(b.deviceId())
        || Arrays.equals(a.agreementKey(), b.agreementKey())
        || Arrays.equals(a.signingKey(), b.signingKey());
  }
}
