package dev.e2ee.device;

import static dev.e2ee.device.Devices.USER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.util.Map;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** Devices that were pinned, and where they are in their lives. */
class DeviceRegistryTest {
  private final DeviceRegistry registry = new DeviceRegistry();

  private State state(String id) {
    return registry.find(id).orElseThrow().state();
  }

  @Test
  void onlyTheLegalTransitions() {
    DevicePublicKeys a = Devices.p256("a").publicKeys();
    registry.add(a);
    assertEquals(State.PENDING, state("a"));
    Refused.with(IllegalStateException.class, () -> registry.approver("a"));
    // A server has put its own keys under the id of the device that people compared.
    Refused.with(
        IllegalStateException.class, () -> registry.activate(Devices.p256("a").publicKeys()));
    registry.activate(a);
    assertEquals(State.ACTIVE, state("a"));
    assertEquals("a", registry.approver("a").deviceId());
    Refused.with(IllegalStateException.class, () -> registry.activate(a));
    registry.revoke("a");
    assertEquals(State.REVOKED, state("a"));
    Refused.with(IllegalStateException.class, () -> registry.activate(a));
    Refused.with(IllegalStateException.class, () -> registry.revoke("a"));
    Refused.with(IllegalStateException.class, () -> registry.approver("a"));
    registry.add(Devices.p256("b").publicKeys());
    registry.revoke("b");
    assertEquals(State.REVOKED, state("b"));
    DevicePublicKeys c = Devices.p256("c").publicKeys();
    Refused.with(IllegalStateException.class, () -> registry.activate(c));
    for (String unknown : Set.of("c", "")) {
      Refused.with(IllegalStateException.class, () -> registry.revoke(unknown));
      Refused.with(IllegalStateException.class, () -> registry.approver(unknown));
    }
  }

  @Test
  void neitherIdNorKeysComeBack() throws Exception {
    DevicePublicKeys a = Devices.p256("a").publicKeys();
    registry.add(a);
    registry.revoke("a");
    Refused.with(IllegalStateException.class, () -> registry.add(a));
    Refused.with(IllegalStateException.class, () -> registry.add(Devices.x25519("a").publicKeys()));
    DevicePublicKeys renamed =
        DevicePublicKeys.of(
            "z",
            a.agreementAlgorithm(),
            Devices.p256("z").publicKeys().agreementKey(),
            a.signingAlgorithm(),
            a.signingKey());
    Refused.with(IllegalStateException.class, () -> registry.add(renamed));
    assertEquals(1, registry.list().size());
  }

  @Test
  void wrapsForActiveDevicesOnly() throws Exception {
    DeviceIdentity self = Devices.p256("self");
    DeviceIdentity active = Devices.x25519("active");
    DeviceIdentity revoked = Devices.p256("revoked");
    for (DeviceIdentity device : Set.of(self, active, revoked)) {
      registry.add(device.publicKeys());
      registry.activate(device.publicKeys());
    }
    registry.add(Devices.p256("pending").publicKeys());
    registry.revoke("revoked");
    Map<String, byte[]> wraps = registry.wrapForOthers(Sample.umk(), USER, self);
    assertEquals(Set.of("active"), wraps.keySet());
    assertArrayEquals(
        Sample.umkBytes(),
        DeviceWrap.unwrap(wraps.get("active"), USER, active, self.publicKeys(), 0).getEncoded());
  }

  @Test
  void isSealedForItsDevice() throws Exception {
    DevicePublicKeys a = Devices.p256("a").publicKeys();
    registry.add(a);
    registry.activate(a);
    registry.add(Devices.x25519("é").publicKeys());
    try (Envelope envelope = Envelope.with(Sample.umk());
        Envelope other = Envelope.with(Sample.otherUmk())) {
      byte[] sealed = registry.seal(envelope, "self");
      assertEquals(registry.list(), DeviceRegistry.open(sealed, envelope, "self").list());
      Refused.with(AEADBadTagException.class, () -> DeviceRegistry.open(sealed, envelope, "other"));
      assertTrue(
          Refused.with(
                  dev.e2ee.envelope.WrongKeyException.class,
                  () -> DeviceRegistry.open(sealed, other, "self"))
              .getMessage()
              .contains("sealed under"),
          "says which key");
      sealed[sealed.length - 1] ^= 1;
      Refused.with(AEADBadTagException.class, () -> DeviceRegistry.open(sealed, envelope, "self"));
    }
  }
}
