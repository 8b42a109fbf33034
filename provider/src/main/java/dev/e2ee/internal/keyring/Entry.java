package dev.e2ee.internal.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/**
 * A CEK wrapped for one recipient, signed by who added it. {@code testvectors/spec/keyring.md},
 * section 4.
 *
 * @param recipient whom it is for
 * @param ephemeralKey of the writer, 64 hex digits
 * @param wrap base64 of 60 bytes
 * @param adder who signed it
 * @param signature base64 of 64 bytes
 * @param addedAt seconds since 1970
 */
public record Entry(
    Recipient recipient,
    String ephemeralKey,
    String wrap,
    Signer adder,
    String signature,
    long addedAt) {
  private static final byte[] WRAP_LABEL = "starfish-wrap".getBytes(UTF_8);
  private static final byte[] NO_AAD = new byte[0];

  /** The length of a CEK in bytes. */
  public static final int CEK = 32;

  /** Reads one. */
  public static Entry read(Json value) throws KeyringFormatException {
    Fields in = Fields.of("keyring's entry", value);
    // [keyring-7]
    in.base64("ct", Box.OVERHEAD + CEK);
    in.base64("addedSig", Signatures.LENGTH);
    return new Entry(
        new Recipient(in.key("subKem", Curve.X25519)),
        in.key("ephKem", Curve.X25519),
        in.text("ct"),
        new Signer(in.key("addedBy", Curve.ED25519)),
        in.text("addedSig"),
        in.seconds("addedAt"));
  }

  /** As it stands in a keyring. */
  public Json json() {
    return new Json.Members(
        Map.of(
            "subKem", new Json.Text(recipient.key()),
            "ephKem", new Json.Text(ephemeralKey),
            "ct", new Json.Text(wrap),
            "addedBy", new Json.Text(adder.key()),
            "addedSig", new Json.Text(signature),
            "addedAt", new Json.Numeral(addedAt)));
  }

  private static byte[] signedText(
      Recipient recipient, String ephemeralKey, String wrap, Signer adder, int epoch, long at) {
    return CanonicalJson.of(
        new Json.Members(
            Map.of(
                "addedAt", new Json.Numeral(at),
                "addedBy", new Json.Text(adder.key()),
                "ct", new Json.Text(wrap),
                "ephKem", new Json.Text(ephemeralKey),
                "epoch", new Json.Numeral(epoch),
                "subKem", new Json.Text(recipient.key()))));
  }

  /**
   * Wraps a CEK for a recipient and signs that.
   *
   * @param cek 32 bytes; stays the caller's
   */
  public static Entry wrap(
      DeviceKeys adder, Recipient recipient, SecretBytes cek, int epoch, long at) {
    Engine engine = adder.engine();
    byte[] plain = cek.copy();
    // [keyring-5]
    try (CurveKeyPair ephemeral = CurveKeyPair.generate(engine, Curve.X25519);
        SecretBytes shared =
            Agreement.agree(
                engine, Curve.X25519, ephemeral.privateKey(), KeyText.bytes(recipient.key()));
        SecretBytes wrapKey = wrapKey(engine, shared)) {
      String wrap = text(Box.seal(engine, wrapKey, plain, NO_AAD));
      String ephemeralKey = KeyText.of(ephemeral.publicKey());
      Signer signer = new Signer(KeyText.of(adder.signing().publicKey()));
      byte[] signed = signedText(recipient, ephemeralKey, wrap, signer, epoch, at);
      return new Entry(
          recipient, ephemeralKey, wrap, signer, text(adder.signing().sign(signed)), at);
    } catch (InvalidKeyException e) {
      throw new ProviderException("a recipient's key that was checked is not valid", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static SecretBytes wrapKey(Engine engine, SecretBytes shared) {
    return Hkdf.derive(engine, shared, WRAP_LABEL, WRAP_LABEL);
  }

  /** Whether its adder has signed it, as an entry of this epoch. */
  // [keyring-6]
  public boolean isSigned(Engine engine, int epoch) {
    byte[] signed = signedText(recipient, ephemeralKey, wrap, adder, epoch, addedAt);
    try {
      return Signatures.verify(
          engine, Curve.ED25519, KeyText.bytes(adder.key()), signed, bytes(signature));
    } catch (InvalidKeyException e) {
      throw new ProviderException("an adder's key that was checked is not valid", e);
    }
  }

  /**
   * Opens the CEK, which the caller closes.
   *
   * @param own keys of the recipient
   * @throws AEADBadTagException when it is not for these keys, or altered
   */
  public SecretBytes unwrap(DeviceKeys own) throws AEADBadTagException {
    try (SecretBytes shared = own.agreement().agree(KeyText.bytes(ephemeralKey));
        SecretBytes wrapKey = wrapKey(own.engine(), shared)) {
      return SecretBytes.adopt(Box.open(own.engine(), wrapKey, bytes(wrap), NO_AAD));
    } catch (InvalidKeyException e) {
      throw new ProviderException("an ephemeral key that was checked is not valid", e);
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] bytes(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}
