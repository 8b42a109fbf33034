package dev.e2ee.interop.starfish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.keyring.Entry;
import dev.e2ee.internal.keyring.Fields;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * Starfish's sealed envelopes: bytes for one recipient, under a fresh key whose wrap the sealer has
 * signed, with or without a context that both know. The signature does not cover the content: who
 * has opened an envelope once, or was its recipient, can put another content under the same
 * signature for the same recipient. Nothing tells an old envelope from a new one. For keys of users
 * take {@link dev.e2ee.device.DeviceWrap}, which has neither fault.
 */
public final class StarfishSealed {
  /** The most bytes of one, before it is sealed. */
  public static final int MAX_LENGTH = 16 << 20;

  private static final int EPOCH = 0;
  private static final int VERSION = 1;
  private static final int MAX_TEXT = (MAX_LENGTH + Box.OVERHEAD) / 3 * 4 + 4096;

  private StarfishSealed() {}

  /**
   * Seals bytes without a context: an envelope that can be passed off as a message of any other
   * kind for the same recipient.
   *
   * @param plaintext up to 16 MiB
   * @param sealer with keys for X25519 and Ed25519
   * @return JSON, {@code {"ct":…,"entry":…}}
   * @throws InvalidKeyException when the sealer has keys for other curves
   * @throws IllegalArgumentException when there are more bytes
   */
  public static byte[] seal(byte[] plaintext, Recipient recipient, DeviceIdentity sealer)
      throws InvalidKeyException {
    return seal(plaintext, recipient, sealer, Optional.empty());
  }

  /**
   * Seals bytes in a context, which the recipient has to know.
   *
   * @param context 1 to 1024 bytes of UTF-8
   * @return JSON, {@code {"ct":…,"entry":…,"v":1}}
   * @throws InvalidKeyException as above
   * @throws IllegalArgumentException as above, and for a context of another length
   */
  public static byte[] seal(
      byte[] plaintext, Recipient recipient, DeviceIdentity sealer, String context)
      throws InvalidKeyException {
    return seal(plaintext, recipient, sealer, Optional.of(Identifier.check("context", context)));
  }

  private static byte[] seal(
      byte[] plaintext, Recipient recipient, DeviceIdentity sealer, Optional<String> context)
      throws InvalidKeyException {
    Signer.of(sealer.publicKeys());
    if (plaintext.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "an envelope of Starfish's holds up to " + MAX_LENGTH + " bytes; send a key in it");
    }
    DeviceKeys own = sealer.keys();
    Engine engine = own.engine();
    try (SecretBytes cek = SecretBytes.adopt(engine.random(Entry.CEK))) {
      Entry entry = Entry.wrap(own, recipient, cek, EPOCH, Instant.now().getEpochSecond());
      byte[] box = Box.seal(engine, cek, plaintext, aad(context));
      Map<String, Json> members = new LinkedHashMap<>();
      members.put("entry", entry.json());
      members.put("ct", new Json.Text(Base64.getEncoder().encodeToString(box)));
      context.ifPresent(there -> members.put("v", new Json.Numeral(VERSION)));
      return CanonicalJson.of(new Json.Members(members));
    }
  }

  private static byte[] aad(Optional<String> context) {
    return context.orElse("").getBytes(UTF_8);
  }

  /**
   * Opens what was sealed without a context.
   *
   * @param own with keys for X25519 and Ed25519
   * @param sealer whose key was compared; never one that came with the envelope
   * @throws KeyringFormatException when it is no envelope, or has a context
   * @throws AEADBadTagException when it is not authentic, by another sealer or for somebody else
   * @throws InvalidKeyException when the device has keys for other curves
   */
  public static byte[] open(byte[] sealed, DeviceIdentity own, Signer sealer)
      throws KeyringFormatException, AEADBadTagException, InvalidKeyException {
    return open(sealed, own, sealer, Optional.empty());
  }

  /**
   * Opens what was sealed in this context.
   *
   * @throws KeyringFormatException when it is no envelope, or has no context
   * @throws AEADBadTagException as above, and when it was sealed in another context
   * @throws InvalidKeyException as above
   */
  public static byte[] open(byte[] sealed, DeviceIdentity own, Signer sealer, String context)
      throws KeyringFormatException, AEADBadTagException, InvalidKeyException {
    return open(sealed, own, sealer, Optional.of(Identifier.check("context", context)));
  }

  private static byte[] open(
      byte[] sealed, DeviceIdentity own, Signer sealer, Optional<String> context)
      throws KeyringFormatException, AEADBadTagException, InvalidKeyException {
    Recipient self = Recipient.of(own.publicKeys());
    Fields in = Fields.read("sealed envelope", sealed, MAX_TEXT);
    requireVersion(in, context.isPresent());
    Entry entry = Entry.read(in.value("entry"));
    byte[] box = in.base64("ct");
    if (box.length < Box.OVERHEAD) {
      throw in.fault("its ct is too short");
    }
    Engine engine = own.keys().engine();
    if (!entry.adder().equals(sealer)
        || !entry.recipient().equals(self)
        || !entry.isSigned(engine, EPOCH)) {
      throw notAuthentic();
    }
    try (SecretBytes cek = entry.unwrap(own.keys())) {
      return Box.open(engine, cek, box, aad(context));
    } catch (AEADBadTagException e) {
      throw notAuthentic();
    }
  }

  private static void requireVersion(Fields in, boolean hasContext) throws KeyringFormatException {
    if (in.object().get("v") == null) {
      in.expectJust("entry", "ct");
      if (hasContext) {
        throw in.fault("it has no context, and one is asked for");
      }
      return;
    }
    in.expectJust("entry", "ct", "v");
    in.integer("v", VERSION, VERSION);
    if (!hasContext) {
      throw in.fault("it was sealed in a context, which is needed to open it");
    }
  }

  private static AEADBadTagException notAuthentic() {
    return new AEADBadTagException(
        "not authentic: altered, by another sealer, for another recipient or in another context");
  }
}
