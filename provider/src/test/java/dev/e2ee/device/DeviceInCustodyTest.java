package dev.e2ee.device;

import static dev.e2ee.device.Devices.USER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.MemoryDeviceKey;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** A device whose private keys never leave their custody. */
class DeviceInCustodyTest {
  private final MemoryDeviceKey agreement = MemoryDeviceKey.agreement();
  private final MemoryDeviceKey signing = MemoryDeviceKey.signing();
  private final DeviceIdentity other = Devices.x25519("other");

  private DeviceIdentity device() throws InvalidKeyException {
    return DeviceIdentity.inCustody("token", agreement, signing);
  }

  @Test
  void wrapsAndUnwraps() throws Exception {
    DeviceIdentity token = device();
    assertEquals(AgreementAlgorithm.P256, token.publicKeys().agreementAlgorithm());
    assertEquals(SigningAlgorithm.ECDSA_P256, token.publicKeys().signingAlgorithm());
    byte[] toToken = DeviceWrap.wrap(Sample.umk(), USER, token.publicKeys(), other);
    assertArrayEquals(
        Sample.umkBytes(),
        DeviceWrap.unwrap(toToken, USER, token, other.publicKeys(), 0).getEncoded());
    byte[] fromToken = DeviceWrap.wrap(Sample.umk(), USER, other.publicKeys(), token);
    assertArrayEquals(
        Sample.umkBytes(),
        DeviceWrap.unwrap(fromToken, USER, other, token.publicKeys(), 0).getEncoded());
    try (Envelope envelope = Envelope.with(Sample.umk())) {
      Refused.with(IllegalStateException.class, () -> token.seal(envelope));
    }
  }

  /** Threat 19: a sick token is never taken for tampering, nor tampering for a sick token. */
  @Test
  void itsFaultsAreToldAsWhatTheyAre() throws Exception {
    DeviceIdentity token = device();
    byte[] wrap = DeviceWrap.wrap(Sample.umk(), USER, token.publicKeys(), other);
    agreement.failWith(new CustodyException(Kind.REMOVED, "pulled out"));
    Refused.with(
        CustodyException.class, () -> DeviceWrap.unwrap(wrap, USER, token, other.publicKeys(), 0));
    agreement.failWith(new CustodyException(Kind.INTEGRITY, "no such point"));
    Refused.with(
        AEADBadTagException.class,
        () -> DeviceWrap.unwrap(wrap, USER, token, other.publicKeys(), 0));
    signing.failWith(new CustodyException(Kind.LOCKED, "locked"));
    Refused.with(
        CustodyException.class,
        () -> DeviceWrap.wrap(Sample.umk(), USER, other.publicKeys(), token));
  }

  @Test
  void answersOfOtherLengthsAreItsFault() throws Exception {
    DeviceIdentity token = device();
    byte[] wrap = DeviceWrap.wrap(Sample.umk(), USER, token.publicKeys(), other);
    signing.cutTo(63, 32);
    Refused.with(
        ProviderException.class,
        () -> DeviceWrap.wrap(Sample.umk(), USER, other.publicKeys(), token));
    agreement.cutTo(64, 33);
    Refused.with(
        ProviderException.class, () -> DeviceWrap.unwrap(wrap, USER, token, other.publicKeys(), 0));
  }

  /** A token that shows the public object of another key: every wrap for it would be lost. */
  @Test
  void publicPointsOfOtherKeysAreRefused() {
    agreement.showPointOf(MemoryDeviceKey.agreement());
    Refused.with(InvalidKeyException.class, this::device);
    MemoryDeviceKey right = MemoryDeviceKey.agreement();
    signing.showPointOf(MemoryDeviceKey.signing());
    Refused.with(
        InvalidKeyException.class, () -> DeviceIdentity.inCustody("token", right, signing));
  }

  @Test
  void keysOfOtherKindsAreRefused() {
    Refused.with(
        InvalidKeyException.class, () -> DeviceIdentity.inCustody("token", signing, signing));
    Refused.with(
        InvalidKeyException.class, () -> DeviceIdentity.inCustody("token", agreement, agreement));
    Refused.with(
        InvalidKeyException.class,
        () -> DeviceIdentity.inCustody("token", MemoryCustodyKey.umk(), signing));
    Refused.with(
        InvalidKeyException.class,
        () -> DeviceIdentity.inCustody("token", agreement, MemoryCustodyKey.signing()));
  }
}
