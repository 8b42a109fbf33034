package dev.e2ee.interop.pia;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.internal.format.BareContext;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;

/**
 * An approver's signature on what it gave to a new device of PIA's.
 *
 * @param onboardingSessionId base64 text, as the server gave it
 * @param target the new device
 * @param wrap the UMK for it
 */
public record PiaApproval(String onboardingSessionId, PiaDevice target, PiaUmkWrap wrap) {
  private static final String LABEL_2 = "pia-approval-v2:";

  /**
   * Checks the parts, so that the text which is signed has one meaning.
   *
   * @throws IllegalArgumentException for a colon or control character in one of them
   */
  public PiaApproval {
    BareContext.requirePart(onboardingSessionId);
    BareContext.requirePart(target.deviceId());
    BareContext.requirePart(target.agreementPublicKey());
    BareContext.requirePart(wrap.ciphertext());
    BareContext.requirePart(wrap.hkdfSalt());
  }

  /** The text of signature version 2, which covers the wrapped key. */
  String signedText() {
    return LABEL_2 + textOfVersion1() + ":" + wrap.ciphertext() + ":" + wrap.hkdfSalt();
  }

  private String textOfVersion1() {
    return onboardingSessionId + ":" + target.deviceId() + ":" + target.agreementPublicKey();
  }

  /**
   * Signs in version 2.
   *
   * @return base64 of 64 bytes
   * @throws IllegalArgumentException when the approver's keys are not on P-256
   */
  public String sign(DeviceIdentity approver) {
    PiaDevice.requireP256(approver.publicKeys());
    return PiaText.text(approver.keys().signing().sign(signedText().getBytes(UTF_8)));
  }

  /**
   * Whether this approver signed it in version 2.
   *
   * @param approver its keys. PIA's fingerprint does not cover the signing key: one that the server
   *     gave proves nothing, whatever was compared
   * @throws PiaFormatException for a signature that is not canonical base64 of 64 bytes
   */
  public boolean isSignedBy(DevicePublicKeys approver, String signature) throws PiaFormatException {
    return verify(approver, signedText(), signature);
  }

  /**
   * Whether this approver signed it in version 1, which does not cover the wrapped key: a server
   * can replace that. For data of clients up to 1.4.278, and only when the user has said so.
   *
   * @throws PiaFormatException for a signature that is not canonical base64 of 64 bytes
   */
  public boolean isSignedInsecurelyBy(DevicePublicKeys approver, String signature)
      throws PiaFormatException {
    return verify(approver, textOfVersion1(), signature);
  }

  private static boolean verify(DevicePublicKeys approver, String text, String signature)
      throws PiaFormatException {
    PiaDevice.requireP256(approver);
    byte[] bytes = PiaText.base64("approver's signature", signature, Signatures.LENGTH);
    try {
      return Signatures.verify(
          Engine.configured(), Curve.P256, approver.signingKey(), text.getBytes(UTF_8), bytes);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("keys that were checked are not valid", e);
    }
  }
}
