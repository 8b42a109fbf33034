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
import java.util.HexFormat;
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
      UserMasterKey umk = DeviceWrap.unwrap(wrap, Devices.USER, back, other.publicKeys(), 0);
      assertArrayEquals(Sample.umkBytes(), umk.getEncoded());
      byte[] signed = DeviceWrap.wrap(Sample.umk(), Devices.USER, other.publicKeys(), back);
      DeviceWrap.unwrap(signed, Devices.USER, other, identity.publicKeys(), 0).close();
      Refused.with(AEADBadTagException.class, () -> DeviceIdentity.open(sealed, envelope, "old"));
      sealed[sealed.length - 1] ^= 1;
      Refused.with(AEADBadTagException.class, () -> DeviceIdentity.open(sealed, envelope, "new"));
      identity.close();
      Refused.with(IllegalStateException.class, () -> identity.seal(envelope));
    }
  }

  private static byte[] of(int last) {
    byte[] key = new byte[32];
    key[31] = (byte) last;
    return key;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  @Test
  void keysThatDoNotBelongTogetherAreRefused() throws Exception {
    byte[] order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    for (List<DeviceIdentity> pair : Devices.pairs().toList()) {
      DevicePublicKeys keys = pair.get(0).publicKeys();
      for (byte[] secret : List.of(of(5), of(0), order, new byte[31], new byte[33])) {
        Refused.with(InvalidKeyException.class, () -> DeviceIdentity.of(keys, secret, secret));
      }
    }
    DevicePublicKeys one = one(false, false);
    assertEquals("one", DeviceIdentity.of(one, of(1), of(1)).publicKeys().deviceId());
    Refused.with(InvalidKeyException.class, () -> DeviceIdentity.of(one, of(2), of(1)));
    Refused.with(InvalidKeyException.class, () -> DeviceIdentity.of(one, of(1), of(2)));
    // The other point with that x: an agreement cannot tell, a signature does.
    for (DevicePublicKeys negated : List.of(one(true, false), one(false, true))) {
      Refused.with(InvalidKeyException.class, () -> DeviceIdentity.of(negated, of(1), of(1)));
    }
  }

  /** The generator of P-256, whose private key is 1, or the point with the opposite sign. */
  private static DevicePublicKeys one(boolean negatedAgreement, boolean negatedSigning)
      throws Exception {
    String x = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    byte[] generator = hex(x + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
    byte[] negated = hex(x + "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a");
    return DevicePublicKeys.of(
        "one",
        AgreementAlgorithm.P256,
        negatedAgreement ? negated : generator,
        SigningAlgorithm.ECDSA_P256,
        negatedSigning ? negated : generator);
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
