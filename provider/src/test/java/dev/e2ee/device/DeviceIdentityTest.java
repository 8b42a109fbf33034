package dev.e2ee.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** This device's own keys. */
class DeviceIdentityTest {
  static Stream<DeviceIdentity> all() {
    return Devices.pairs().map(pair -> pair.get(0));
  }

  @ParameterizedTest
  @MethodSource("all")
  void isKeptInAnEnvelope(DeviceIdentity identity) throws Exception {
    DeviceIdentity other = Devices.p256("old");
    byte[] wrap = DeviceWrap.wrap(Sample.umk(), Devices.USER, identity.publicKeys(), other);
    try (Envelope envelope = Envelope.with(Sample.umk())) {
      byte[] sealed = identity.seal(envelope);
      DeviceIdentity back = DeviceIdentity.open(sealed, envelope, "new");
      assertEquals(identity.publicKeys(), back.publicKeys());
      UserMasterKey umk = DeviceWrap.unwrap(wrap, Devices.USER, back, other.publicKeys());
      assertArrayEquals(Sample.umkBytes(), umk.getEncoded());
      byte[] signed = DeviceWrap.wrap(Sample.umk(), Devices.USER, other.publicKeys(), back);
      DeviceWrap.unwrap(signed, Devices.USER, other, identity.publicKeys()).close();
      Refused.with(AEADBadTagException.class, () -> DeviceIdentity.open(sealed, envelope, "old"));
      sealed[sealed.length - 1] ^= 1;
      Refused.with(AEADBadTagException.class, () -> DeviceIdentity.open(sealed, envelope, "new"));
      identity.close();
      Refused.with(IllegalStateException.class, () -> identity.seal(envelope));
    }
  }

  @Test
  void keysThatDoNotBelongTogetherAreRefused() {
    for (List<DeviceIdentity> pair : Devices.pairs().toList()) {
      byte[] key = new byte[32];
      key[31] = 5;
      for (byte[] secret : List.of(key, new byte[31], new byte[33])) {
        Refused.with(
            InvalidKeyException.class,
            () -> DeviceIdentity.of(pair.get(0).publicKeys(), secret, secret));
      }
    }
  }

  @Test
  void showsNothingPrivate() throws Exception {
    DeviceIdentity identity = Devices.x25519("phone");
    DevicePrivateKey key = identity.privateKey();
    assertNull(key.getEncoded());
    assertNull(key.getFormat());
    assertEquals("X25519", key.getAlgorithm());
    assertEquals("DevicePrivateKey[phone]", key.toString());
    assertEquals("DeviceIdentity[phone]", identity.toString());
    assertEquals(44, identity.publicKeys().publicKey().getEncoded().length);
    assertEquals(91, Devices.p256("a").publicKeys().publicKey().getEncoded().length);
    for (Object secret : List.of(key, identity.publicKeys().publicKey())) {
      try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
        assertThrows(NotSerializableException.class, () -> out.writeObject(secret));
      }
    }
    key.destroy();
    Refused.with(IllegalStateException.class, identity::keys);
  }
}
