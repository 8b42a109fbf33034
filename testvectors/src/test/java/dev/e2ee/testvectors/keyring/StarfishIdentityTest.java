package dev.e2ee.testvectors.keyring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.interop.starfish.StarfishIdentity;
import dev.e2ee.interop.starfish.StarfishPassphrase;
import dev.e2ee.keyring.Signer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a passphrase gives; {@link StarfishRealMessagesTest} compares it with the real client's. */
@Tag("once")
class StarfishIdentityTest {
  private static Signer signer(String passphrase, String deviceId) throws Exception {
    try (DeviceIdentity identity =
        StarfishIdentity.fromPassphrase(passphrase.toCharArray(), deviceId)) {
      assertEquals(deviceId, identity.publicKeys().deviceId());
      return Signer.of(identity.publicKeys());
    }
  }

  /** Whoever types it, wherever: which is the danger that its documentation tells of. */
  @Test
  void isThePassphraseAndNothingElse() throws Exception {
    assertEquals(signer("passphrase", "phone"), signer("passphrase", "laptop"));
    assertNotEquals(signer("passphrase", "phone"), signer("passphrase ", "phone"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\ud83d"})
  void whatIsNoPassphrase(String text) {
    char[] typed = text.toCharArray();
    assertThrows(
        IllegalArgumentException.class, () -> StarfishIdentity.fromPassphrase(typed, "phone"));
    assertThrows(IllegalArgumentException.class, () -> StarfishPassphrase.seal(new byte[1], typed));
  }

  @Test
  void theMostThatAnEnvelopeHolds() {
    byte[] more = new byte[StarfishPassphrase.MAX_LENGTH + 1];
    assertThrows(
        IllegalArgumentException.class,
        () -> StarfishPassphrase.seal(more, "passphrase".toCharArray()));
  }
}
