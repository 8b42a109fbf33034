package dev.e2ee.device;

import java.util.Arrays;
import java.util.List;

/** What both sides of a handshake say and ask. */
final class Peers {
  private Peers() {}

  /**
   * Whether they have an id or a key in common, be it for another use: a device never talks to
   * itself, nor to one that has copied a part of it.
   */
  static boolean shareAnything(DevicePublicKeys a, DevicePublicKeys b) {
    return a.deviceId().equals(b.deviceId())
        || List.of(a.agreementKey(), a.signingKey()).stream()
            .anyMatch(
                key -> Arrays.equals(key, b.agreementKey()) || Arrays.equals(key, b.signingKey()));
  }

  static JoinRefusedException fingerprintsDiffer() {
    return new JoinRefusedException(
        "the fingerprints differ: it was typed wrongly, or the two devices do not talk to each other,"
            + " but to somebody between them; nothing was given away, start anew");
  }
}
