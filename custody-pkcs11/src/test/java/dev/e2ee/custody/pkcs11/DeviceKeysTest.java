package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DeviceWrap;
import dev.e2ee.device.DeviceWrapParameterSpec;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.Residency;
import dev.e2ee.spi.key.Signing;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device whose private keys are in a token, with wraps both ways. */
class DeviceKeysTest {
  /** Through which the module is called; {@link DeviceKeysSunTest} names the other one. */
  Binding binding() {
    return Binding.DEFAULT;
  }

  private static final String USER = "ann";

  static Stream<RealToken> tokens() {
    return Stream.of(RealToken.values());
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void aDeviceWhoseKeysStayInTheTokenReceivesAndApproves(RealToken kind) throws Exception {
    RealToken.Made token = kind.make(binding());
    if (!kind.holds(KeyKind.AGREEMENT_P256)) {
      signsAlone(kind, token);
      return;
    }
    byte[] secret = new byte[32];
    secret[5] = 9;
    byte[] toTheToken;
    byte[] fromTheToken;
    try (UserMasterKey umk = UserMasterKey.of(secret);
        DeviceIdentity laptop =
            DeviceIdentity.generate(
                "laptop", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256)) {
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        assertTrue(
            custody
                .capabilities()
                .containsAll(List.of(Capability.ECDH_P256, Capability.SIGN_P256)));
        CustodyKey agreement = custody.generate("phone-agreement", KeyKind.AGREEMENT_P256);
        CustodyKey signing = custody.generate("phone-signing", KeyKind.SIGNING_P256);
        assertNull(agreement.getEncoded());
        assertEquals(Residency.ISOLATED, signing.description().residency());
        assertTrue(agreement.operation(Signing.class).isEmpty(), "one key, one purpose");
        assertTrue(signing.operation(EcdhAgreement.class).isEmpty());
        assertTrue(signing.operation(DekWrap.class).isEmpty());
        DeviceIdentity phone = DeviceIdentity.inCustody("phone", agreement, signing);
        toTheToken = DeviceWrap.wrap(umk, USER, phone.publicKeys(), laptop);
        fromTheToken = DeviceWrap.wrap(umk, USER, laptop.publicKeys(), phone);
        try (UserMasterKey back =
            DeviceWrap.unwrap(fromTheToken, USER, laptop, phone.publicKeys(), 0)) {
          assertArrayEquals(secret, back.getEncoded());
        }
      }
      try (Pkcs11Custody again = Opened.unlocked(token.uri())) {
        DeviceIdentity phone =
            DeviceIdentity.inCustody(
                "phone", again.find("phone-agreement"), again.find("phone-signing"));
        try (UserMasterKey back =
            DeviceWrap.unwrap(toTheToken, USER, phone, laptop.publicKeys(), 0)) {
          assertArrayEquals(secret, back.getEncoded());
        }
        Cipher cipher = Cipher.getInstance("E2EE-DeviceWrap", new E2eeProvider());
        cipher.init(
            Cipher.UNWRAP_MODE,
            phone.privateKey(),
            DeviceWrapParameterSpec.from(laptop.publicKeys(), USER));
        assertArrayEquals(
            secret, cipher.unwrap(toTheToken, "E2EE-UMK", Cipher.SECRET_KEY).getEncoded());
        cipher.init(
            Cipher.WRAP_MODE,
            laptop.publicKeys().publicKey(),
            DeviceWrapParameterSpec.signedBy(phone, USER));
        try (UserMasterKey back =
            DeviceWrap.unwrap(cipher.wrap(umk), USER, laptop, phone.publicKeys(), 0)) {
          assertArrayEquals(secret, back.getEncoded());
        }
        EcdhAgreement ecdh =
            again.find("phone-agreement").operation(EcdhAgreement.class).orElseThrow();
        byte[] offTheCurve = ecdh.publicPoint();
        offTheCurve[64] ^= 1;
        CustodyException refused =
            assertThrows(CustodyException.class, () -> ecdh.agree(offTheCurve).close());
        assertEquals(Kind.INTEGRITY, refused.kind());
      }
    }
  }

  private static void signsAlone(RealToken kind, RealToken.Made token) throws Exception {
    byte[] message = {4, 5};
    byte[] signature;
    if (!kind.holds(KeyKind.SIGNING_P256)) {
      return; // which the test before has seen
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      CustodyKey key = custody.generate("phone-signing", KeyKind.SIGNING_P256);
      signature = key.operation(Signing.class).orElseThrow().sign(message);
    }
    try (Pkcs11Custody again = Opened.unlocked(token.uri())) {
      Signing signing = again.find("phone-signing").operation(Signing.class).orElseThrow();
      byte[] point = signing.publicPoint();
      assertTrue(Signatures.verify(Engine.jdk(), Curve.P256, point, message, signature));
      signature[63] ^= 1;
      assertFalse(Signatures.verify(Engine.jdk(), Curve.P256, point, message, signature));
    }
  }
}
