package dev.e2ee.device;

import dev.e2ee.testing.TestEngine;
import java.util.List;
import java.util.stream.Stream;

/** Devices for tests. */
final class Devices {
  static final String USER = "alice";

  private Devices() {}

  /** One with P-256 throughout. */
  static DeviceIdentity p256(String id) {
    return DeviceIdentity.generate(id, AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
  }

  /** One with X25519 and Ed25519. */
  static DeviceIdentity x25519(String id) {
    return DeviceIdentity.generate(id, AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
  }

  /** One over this engine. */
  static DeviceIdentity over(TestEngine engine, String id, AgreementAlgorithm a) {
    return DeviceIdentity.generate(id, a, SigningAlgorithm.ECDSA_P256, engine.provider());
  }

  /** Of each combination of algorithms, a target and an approver. */
  static Stream<List<DeviceIdentity>> pairs() {
    return Stream.of(AgreementAlgorithm.values())
        .flatMap(
            agreement ->
                Stream.of(SigningAlgorithm.values())
                    .map(
                        signing ->
                            List.of(
                                DeviceIdentity.generate("new", agreement, signing),
                                DeviceIdentity.generate("old", agreement, signing))));
  }
}
