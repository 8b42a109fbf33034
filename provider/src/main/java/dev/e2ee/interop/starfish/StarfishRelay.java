package dev.e2ee.interop.starfish;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.keyring.Fields;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.interop.starfish.PairingRefusedException.Reason;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/**
 * Starfish's pairing through a relay: a request and its answer, under a key of the code that people
 * tell each other. All of it is worth what the code is: {@link StarfishRelayCode}. {@link
 * dev.e2ee.device.DeviceJoin} pairs devices by a fingerprint, which nobody can try out.
 */
public final class StarfishRelay {
  private static final int VERSION = 1;
  private static final int MAX_LENGTH = 2 << 20;
  private static final byte[] NO_AAD = new byte[0];

  private StarfishRelay() {}

  /** A message that was read, and what is in it. */
  private record Opened(String nonce, Fields content) {}

  /**
   * The new device's message.
   *
   * @param asked of this device
   * @param code 16 drawn characters, or 20 drawn digits, or more
   * @throws IllegalArgumentException for a shorter code
   */
  public static byte[] request(
      DeviceIdentity device, StarfishNewDevice asked, StarfishRelayCode code) {
    code.requireLong();
    return requestInsecurely(device, asked, code);
  }

  /**
   * The same with a code of any length: with 6 digits, whoever reads the message can put a device
   * of their own in its place.
   */
  public static byte[] requestInsecurely(
      DeviceIdentity device, StarfishNewDevice asked, StarfishRelayCode code) {
    DeviceKeys own = device.keys();
    byte[] signature = own.signing().sign(possessionText(asked));
    byte[] plaintext =
        CanonicalJson.of(
            keysOf(asked)
                .with("popSig", new Json.Text(Base64.getEncoder().encodeToString(signature))));
    return sealed(own.engine(), plaintext, asked.nonce(), code);
  }

  private static Json.Members keysOf(StarfishNewDevice device) {
    return new Json.Members(
        Map.of(
            "devEdPub", new Json.Text(device.signer().key()),
            "devKemPub", new Json.Text(device.recipient().key())));
  }

  /** What the device signs to show that both keys are its own. */
  private static byte[] possessionText(StarfishNewDevice device) {
    return CanonicalJson.of(keysOf(device).with("requestNonce", new Json.Text(device.nonce())));
  }

  private static byte[] sealed(
      Engine engine, byte[] plaintext, String nonce, StarfishRelayCode code) {
    try (SecretBytes key = code.key(engine, nonce)) {
      byte[] box = Box.seal(engine, key, plaintext, NO_AAD);
      return CanonicalJson.of(
          new Json.Members(
              Map.of(
                  "v",
                  new Json.Numeral(VERSION),
                  "requestNonce",
                  new Json.Text(nonce),
                  "iv",
                  base64(box, 0, Engine.NONCE),
                  "ct",
                  base64(box, Engine.NONCE, box.length))));
    }
  }

  private static Json.Text base64(byte[] bytes, int from, int to) {
    return new Json.Text(Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, from, to)));
  }

  /**
   * Reads a request at the root device. Whoever has the code may have written it.
   *
   * @throws KeyringFormatException when it is none
   * @throws AEADBadTagException when the code is another, or it was altered
   * @throws PairingRefusedException when the one who asks has not both private keys
   */
  public static StarfishNewDevice openRequest(byte[] message, StarfishRelayCode code)
      throws KeyringFormatException, AEADBadTagException, PairingRefusedException {
    Engine engine = Engine.configured();
    Opened opened = opened(engine, "pairing request", message, code);
    Fields in = opened.content();
    StarfishNewDevice device =
        new StarfishNewDevice(in.signer("devEdPub"), in.recipient("devKemPub"), opened.nonce());
    byte[] signature = in.base64("popSig", Signatures.LENGTH);
    byte[] key = KeyText.bytes(device.signer().key());
    try {
      if (Signatures.verify(engine, Curve.ED25519, key, possessionText(device), signature)) {
        return device;
      }
    } catch (InvalidKeyException e) {
      throw new ProviderException("a device's key that was checked is not valid", e);
    }
    throw new PairingRefusedException(
        Reason.NOT_SIGNED, "the request is not signed by the device whose keys it has");
  }

  private static Opened opened(Engine engine, String what, byte[] message, StarfishRelayCode code)
      throws KeyringFormatException, AEADBadTagException {
    Fields in = Fields.read("relay's message", message, MAX_LENGTH);
    in.integer("v", VERSION, VERSION);
    in.base64("requestNonce", StarfishNewDevice.NONCE);
    byte[] iv = in.base64("iv", Engine.NONCE);
    byte[] ciphertext = in.base64("ct");
    byte[] box = Arrays.copyOf(iv, iv.length + ciphertext.length);
    System.arraycopy(ciphertext, 0, box, iv.length, ciphertext.length);
    String nonce = in.text("requestNonce");
    try (SecretBytes key = code.key(engine, nonce)) {
      byte[] plaintext = Box.open(engine, key, box, NO_AAD);
      return new Opened(nonce, Fields.read(what, plaintext, MAX_LENGTH));
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException("not authentic: another code, or the message was altered");
    }
  }

  /**
   * The root device's answer.
   *
   * @param asked as {@link #openRequest} gave it
   * @param bundle for that device
   * @throws IllegalArgumentException for a code of less than 16 characters, or 20 digits
   */
  public static byte[] response(
      StarfishBundle bundle, StarfishNewDevice asked, StarfishRelayCode code) {
    code.requireLong();
    return responseInsecurely(bundle, asked, code);
  }

  /** The same with a code of any length, such as the 6 digits of Starfish's own client. */
  public static byte[] responseInsecurely(
      StarfishBundle bundle, StarfishNewDevice asked, StarfishRelayCode code) {
    return sealed(Engine.configured(), bundle.write(), asked.nonce(), code);
  }

  /**
   * Reads the answer at the new device, which has yet to {@link StarfishBundle#install} it.
   *
   * @param asked as the request was written with
   * @throws KeyringFormatException when it is none
   * @throws AEADBadTagException when the code is another, or it was altered
   * @throws PairingRefusedException when it answers another request
   */
  public static StarfishBundle openResponse(
      byte[] message, StarfishNewDevice asked, StarfishRelayCode code)
      throws KeyringFormatException, AEADBadTagException, PairingRefusedException {
    Opened opened = opened(Engine.configured(), "pairing bundle", message, code);
    if (!opened.nonce().equals(asked.nonce())) {
      throw new PairingRefusedException(
          Reason.OTHER_PAIRING, "the message answers another request than this device's");
    }
    return StarfishBundle.of(opened.content());
  }
}
