package dev.e2ee.interop.starfish;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.keyring.Fields;
import dev.e2ee.keyring.KeyringFormatException;
import java.util.Base64;
import java.util.Map;

/**
 * What a new device shows as a QR code to the device that pairs it. Whoever can show another code
 * in its place gets the account: scan the screen of the device that is to be paired, and take the
 * scope that the user chose, not the one that is asked for.
 *
 * @param device that asks
 * @param requestedScope what it asks for
 */
public record StarfishQr(StarfishNewDevice device, StarfishScope requestedScope) {
  private static final int VERSION = 1;
  private static final int MAX_LENGTH = 64 << 10;

  /** The text of the code: base64url without padding. */
  public String write() {
    Json.Members members =
        new Json.Members(
            Map.of(
                "v", new Json.Numeral(VERSION),
                "devEdPub", new Json.Text(device.signer().key()),
                "devKemPub", new Json.Text(device.recipient().key()),
                "requestedScope", requestedScope.json(),
                "qrNonce", new Json.Text(device.nonce())));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(CanonicalJson.of(members));
  }

  /**
   * Reads a code.
   *
   * @throws KeyringFormatException when it is none
   */
  public static StarfishQr read(String text) throws KeyringFormatException {
    byte[] json;
    try {
      json = Base64.getUrlDecoder().decode(text.getBytes(US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new KeyringFormatException("not a pairing code: it is no base64url");
    }
    Fields in = Fields.read("pairing code", json, MAX_LENGTH);
    in.integer("v", VERSION, VERSION);
    in.base64("qrNonce", StarfishNewDevice.NONCE);
    StarfishNewDevice device =
        new StarfishNewDevice(in.signer("devEdPub"), in.recipient("devKemPub"), in.text("qrNonce"));
    return new StarfishQr(device, StarfishScope.read(in.fields("requestedScope")));
  }
}
