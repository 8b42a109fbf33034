package dev.e2ee.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code testvectors/spec/device.md}, section 2. */
class DevicePublicKeysTest {
  static Stream<DevicePublicKeys> all() {
    return Devices.pairs().map(pair -> pair.get(0).publicKeys());
  }

  @ParameterizedTest
  @MethodSource("all")
  void readsWhatItWrites(DevicePublicKeys keys) throws Exception {
    byte[] encoded = keys.encode();
    DevicePublicKeys back = DevicePublicKeys.decode(encoded);
    assertEquals(keys, back);
    assertEquals(keys.hashCode(), back.hashCode());
    assertArrayEquals(encoded, back.encode());
    // [device-1]
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThrows(MalformedMessageException.class, () -> DevicePublicKeys.decode(cut));
    }
    byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
    assertThrows(MalformedMessageException.class, () -> DevicePublicKeys.decode(longer));
    for (int at : new int[] {0, 1, 2}) {
      for (int value : new int[] {0, 3, 255}) {
        byte[] other = encoded.clone();
        other[at] = (byte) value;
        assertThrows(MalformedMessageException.class, () -> DevicePublicKeys.decode(other));
      }
    }
  }

  /** [device-2] [device-3] [device-4] */
  @Test
  void refusesKeysAndIdsThatAreNotValid() throws Exception {
    DevicePublicKeys keys = Devices.p256("phone").publicKeys();
    byte[] encoded = keys.encode();
    byte[] offCurve = encoded.clone();
    offCurve[encoded.length - 1] ^= 1;
    assertThrows(MalformedMessageException.class, () -> DevicePublicKeys.decode(offCurve));
    byte[] notUtf8 = encoded.clone();
    notUtf8[5] = (byte) 0xff;
    assertThrows(MalformedMessageException.class, () -> DevicePublicKeys.decode(notUtf8));
    byte[] point = keys.agreementKey();
    point[64] ^= 1;
    assertThrows(InvalidKeyException.class, () -> withAgreement(keys, point));
    assertThrows(InvalidKeyException.class, () -> withAgreement(keys, new byte[65]));
    assertThrows(
        InvalidKeyException.class,
        () ->
            DevicePublicKeys.of(
                "phone",
                AgreementAlgorithm.X25519,
                new byte[32],
                keys.signingAlgorithm(),
                keys.signingKey()));
  }

  private static DevicePublicKeys withAgreement(DevicePublicKeys keys, byte[] key)
      throws InvalidKeyException {
    return DevicePublicKeys.of(
        keys.deviceId(),
        keys.agreementAlgorithm(),
        key,
        keys.signingAlgorithm(),
        keys.signingKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\ud800", "x\udc00"})
  void refusesIds(String id) {
    assertThrows(IllegalArgumentException.class, () -> Devices.p256(id));
  }

  @Test
  void anIdHasUpTo1024Bytes() throws Exception {
    DevicePublicKeys longest = Devices.p256("é".repeat(512)).publicKeys();
    assertEquals(1159, longest.encode().length);
    assertEquals(longest, DevicePublicKeys.decode(longest.encode()));
    assertThrows(IllegalArgumentException.class, () -> Devices.p256("é".repeat(513)));
    assertEquals(70, Devices.x25519("i").publicKeys().encode().length);
  }

  /** A device that would move the cursor of the person who approves it. */
  @Test
  void anIdIsShownWithoutWhatMovesTheCursor() {
    DevicePublicKeys keys = Devices.x25519("a\u001b[2J\u202eb\nc é").publicKeys();
    assertEquals("a\\u001B[2J\\u202Eb\\u000Ac é", keys.shownId());
    assertEquals("DevicePublicKeys[" + keys.shownId() + ", X25519, ED25519]", keys.toString());
  }

  @Test
  void copiesGoOut() {
    DevicePublicKeys keys = Devices.x25519("phone").publicKeys();
    for (byte[] out : List.of(keys.agreementKey(), keys.signingKey(), keys.encode())) {
      out[0] ^= 1;
    }
    assertEquals(keys, keys);
    assertNotEquals(keys, Devices.x25519("phone").publicKeys());
    keys.agreementKey()[0] ^= 1;
    assertArrayEquals(keys.agreementKey(), keys.agreementKey());
  }
}
