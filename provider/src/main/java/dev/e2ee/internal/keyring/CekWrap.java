package dev.e2ee.internal.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;

/**
 * A CEK wrapped for a recipient, which nobody has signed. {@code testvectors/spec/keyring.md},
 * section 4.
 *
 * @param ephemeralKey of the writer, 64 hex digits
 * @param box base64 of 60 bytes
 */
public record CekWrap(String ephemeralKey, String box) {
  private static final byte[] LABEL = "starfish-wrap".getBytes(UTF_8);
  private static final byte[] NO_AAD = new byte[0];

  /** The two members of an object. */
  public static CekWrap read(Fields in) throws KeyringFormatException {
    // [keyring-7]
    in.base64("ct", Box.OVERHEAD + Entry.CEK);
    return new CekWrap(in.key("ephKem", Curve.X25519), in.text("ct"));
  }

  /**
   * Wraps a CEK under a key of its own.
   *
   * @param cek 32 bytes; stays the caller's
   */
  // [keyring-5]
  public static CekWrap seal(Engine engine, Recipient recipient, SecretBytes cek) {
    byte[] plain = cek.copy();
    try (CurveKeyPair ephemeral = CurveKeyPair.generate(engine, Curve.X25519);
        SecretBytes shared =
            Agreement.agree(
                engine, Curve.X25519, ephemeral.privateKey(), KeyText.bytes(recipient.key()));
        SecretBytes wrapKey = Hkdf.derive(engine, shared, LABEL, LABEL)) {
      byte[] box = Box.seal(engine, wrapKey, plain, NO_AAD);
      return new CekWrap(
          KeyText.of(ephemeral.publicKey()), Base64.getEncoder().encodeToString(box));
    } catch (InvalidKeyException e) {
      throw new ProviderException("a recipient's key that was checked is not valid", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Opens the CEK, which the caller closes.
   *
   * @param own keys of the recipient
   * @throws AEADBadTagException when it is not for these keys, or altered
   */
  public SecretBytes open(DeviceKeys own) throws AEADBadTagException {
    try (SecretBytes shared = own.agreement().agree(KeyText.bytes(ephemeralKey));
        SecretBytes wrapKey = Hkdf.derive(own.engine(), shared, LABEL, LABEL)) {
      return SecretBytes.adopt(
          Box.open(own.engine(), wrapKey, Base64.getDecoder().decode(box), NO_AAD));
    } catch (InvalidKeyException e) {
      throw new ProviderException("an ephemeral key that was checked is not valid", e);
    }
  }
}
