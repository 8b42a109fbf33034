package dev.e2ee.internal.keyring;

import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Base64;
import java.util.HashMap;
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
  /** The length of a CEK in bytes. */
  public static final int CEK = 32;

  /** Reads one that is alone. */
  public static Entry read(Json value) throws KeyringFormatException {
    return read(value, new HashMap<>());
  }

  /**
   * Reads one.
   *
   * @param adders those of the entries before it; its own is there afterwards
   */
  static Entry read(Json value, Map<String, Signer> adders) throws KeyringFormatException {
    Fields in = Fields.of("keyring's entry", value);
    CekWrap wrap = CekWrap.read(in);
    in.base64("addedSig", Signatures.LENGTH);
    return new Entry(
        in.recipient("subKem"),
        wrap.ephemeralKey(),
        wrap.box(),
        in.signer("addedBy", adders),
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
    CekWrap made = CekWrap.seal(adder.engine(), recipient, cek);
    Signer signer = new Signer(KeyText.of(adder.signing().publicKey()));
    byte[] signed = signedText(recipient, made.ephemeralKey(), made.box(), signer, epoch, at);
    String signature = Base64.getEncoder().encodeToString(adder.signing().sign(signed));
    return new Entry(recipient, made.ephemeralKey(), made.box(), signer, signature, at);
  }

  /** SHA-256 of the canonical JSON of its six members, as 64 hex digits. */
  public String digest(Engine engine) {
    return KeyText.of(engine.sha256(CanonicalJson.of(json())));
  }

  /** Whether its adder has signed it, as an entry of this epoch. */
  // [keyring-6]
  public boolean isSigned(Engine engine, int epoch) {
    byte[] signed = signedText(recipient, ephemeralKey, wrap, adder, epoch, addedAt);
    try {
      return Signatures.verify(
          engine,
          Curve.ED25519,
          KeyText.bytes(adder.key()),
          signed,
          Base64.getDecoder().decode(signature));
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
    return new CekWrap(ephemeralKey, wrap).open(own);
  }
}
