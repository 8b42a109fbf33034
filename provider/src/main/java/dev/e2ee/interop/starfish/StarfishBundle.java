package dev.e2ee.interop.starfish;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.keyring.CekWrap;
import dev.e2ee.internal.keyring.Fields;
import dev.e2ee.interop.starfish.PairingRefusedException.Reason;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.curve.Curve;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.AEADBadTagException;

/**
 * What a user's root device gives to a new one: a certificate, and the keys of collections. Nothing
 * signs the keys, and Starfish's own client takes whatever the carrier has put there. Here a key is
 * taken from no bundle: {@link #install} compares each with the collection's {@link Keyring}, which
 * a pinned signer has added the device to, and gives the certificate only.
 */
public final class StarfishBundle {
  private static final int VERSION = 1;
  private static final int MAX_LENGTH = 1 << 20;

  private final StarfishCapCert certificate;
  private final Map<String, WrappedKey> keys;
  private final String nonce;

  /** The key of an epoch, for the device. */
  private record WrappedKey(int epoch, CekWrap wrap) {
    static WrappedKey read(Fields in) throws KeyringFormatException {
      return new WrappedKey(in.integer("epoch", 1, Integer.MAX_VALUE), CekWrap.read(in));
    }

    Json json() {
      return new Json.Members(
          Map.of(
              "epoch", new Json.Numeral(epoch),
              "ephKem", new Json.Text(wrap.ephemeralKey()),
              "ct", new Json.Text(wrap.box())));
    }
  }

  private StarfishBundle(StarfishCapCert certificate, Map<String, WrappedKey> keys, String nonce) {
    this.certificate = certificate;
    this.keys = keys;
    this.nonce = nonce;
  }

  /**
   * Makes one for a device that was added to the keyrings, or will be before it installs this.
   *
   * @param root the user's identity, with keys for X25519 and Ed25519
   * @param scope what the user has granted, whatever was asked for
   * @param keyrings of just the collections that the scope names
   * @param notBefore from when on the certificate is valid
   * @param life of the certificate
   * @throws InvalidKeyException when the root has keys for other curves
   * @throws IllegalArgumentException when the keyrings are those of other collections
   */
  public static StarfishBundle assemble(
      DeviceIdentity root,
      StarfishNewDevice device,
      StarfishScope scope,
      Collection<Keyring> keyrings,
      Instant notBefore,
      Duration life)
      throws InvalidKeyException {
    Map<String, Keyring> byName = byName(keyrings);
    if (!covers(scope, byName.keySet())) {
      throw new IllegalArgumentException(
          "the scope names "
              + scope.collections()
              + ", and the keyrings are those of "
              + byName.keySet());
    }
    StarfishCapCert certificate = StarfishCapCert.issue(root, device, scope, notBefore, life);
    Map<String, WrappedKey> keys = new TreeMap<>();
    for (Keyring keyring : byName.values()) {
      try {
        SecretBytes cek = keyring.keys().cek(keyring.epoch());
        CekWrap wrap = CekWrap.seal(root.keys().engine(), device.recipient(), cek);
        keys.put(keyring.collection(), new WrappedKey(keyring.epoch(), wrap));
      } catch (NoEpochKeyException e) {
        throw new IllegalStateException("a keyring without its current key was opened", e);
      }
    }
    return new StarfishBundle(certificate, keys, device.nonce());
  }

  private static Map<String, Keyring> byName(Collection<Keyring> keyrings) {
    return keyrings.stream()
        .collect(
            Collectors.toMap(
                Keyring::collection,
                Function.identity(),
                (one, other) -> {
                  throw new IllegalArgumentException(
                      "there are two keyrings of " + Identifier.shown(one.collection()));
                },
                TreeMap::new));
  }

  /** A scope for all collections names none of those that have a keyring. */
  private static boolean covers(StarfishScope scope, Set<String> collections) {
    return scope.isForEveryCollection()
        ? collections.containsAll(scope.named())
        : collections.equals(scope.named());
  }

  /**
   * Reads one, of any root.
   *
   * @throws KeyringFormatException when it is none, or does not say which pairing it answers
   */
  public static StarfishBundle read(byte[] json) throws KeyringFormatException {
    return of(Fields.read("pairing bundle", json, MAX_LENGTH));
  }

  static StarfishBundle of(Fields in) throws KeyringFormatException {
    in.integer("v", VERSION, VERSION);
    StarfishCapCert certificate = StarfishCapCert.of(in.value("capCert"));
    if (!in.key("rootEdPub", Curve.ED25519).equals(certificate.issuer().key())) {
      throw in.fault("its root is not the issuer of its certificate");
    }
    in.base64("qrNonce", StarfishNewDevice.NONCE);
    Map<String, WrappedKey> keys = new TreeMap<>();
    Fields wrapped = in.fields("wrappedCEKs");
    for (String name : wrapped.object().members().keySet()) {
      keys.put(name, WrappedKey.read(wrapped.named(name)));
    }
    return new StarfishBundle(certificate, keys, in.text("qrNonce"));
  }

  /** As canonical JSON. */
  public byte[] write() {
    Map<String, Json> wrapped = new LinkedHashMap<>();
    keys.forEach((name, key) -> wrapped.put(name, key.json()));
    return CanonicalJson.of(
        new Json.Members(
            Map.of(
                "v", new Json.Numeral(VERSION),
                "capCert", certificate.json(),
                "rootEdPub", new Json.Text(certificate.issuer().key()),
                "wrappedCEKs", new Json.Members(wrapped),
                "qrNonce", new Json.Text(nonce))));
  }

  /**
   * Checks it all, and gives the device's certificate. Documents are opened with the keyrings.
   *
   * @param device that has asked
   * @param asked with the nonce of this pairing
   * @param root whose key was compared; never one that came with the bundle
   * @param keyrings that this device has opened, of all collections that the bundle has keys of
   * @param now by a clock that no server sets
   * @throws PairingRefusedException when any of it does not fit; nothing is to be used then
   * @throws InvalidKeyException when the device has keys for other curves
   * @throws IllegalArgumentException when two keyrings are of one collection
   */
  public StarfishCapCert install(
      DeviceIdentity device,
      StarfishNewDevice asked,
      Signer root,
      Collection<Keyring> keyrings,
      Instant now)
      throws PairingRefusedException, InvalidKeyException {
    certificate.verify(root, now);
    if (!certificate.subject().equals(Signer.of(device.publicKeys()))
        || !certificate.subjectKey().equals(Recipient.of(device.publicKeys()))) {
      throw new PairingRefusedException(
          Reason.OTHER_DEVICE, "the bundle is for another device than this one");
    }
    if (!nonce.equals(asked.nonce())) {
      throw new PairingRefusedException(
          Reason.OTHER_PAIRING,
          "the bundle answers another pairing than this one; let the root device scan the code that"
              + " is shown now");
    }
    if (!covers(certificate.scope(), keys.keySet())) {
      throw new PairingRefusedException(
          Reason.OTHER_COLLECTIONS,
          "the bundle has keys for other collections than its certificate names: whoever carried it"
              + " has added or removed some");
    }
    Map<String, Keyring> byName = byName(keyrings);
    for (Map.Entry<String, WrappedKey> key : keys.entrySet()) {
      Keyring keyring = byName.get(key.getKey());
      if (keyring == null || !agrees(key.getValue(), device.keys(), keyring)) {
        throw otherKey(key.getKey(), keyring != null);
      }
    }
    return certificate;
  }

  private static boolean agrees(WrappedKey key, DeviceKeys own, Keyring keyring) {
    try (SecretBytes cek = key.wrap().open(own)) {
      return cek.sameBytes(keyring.keys().cek(key.epoch()));
    } catch (AEADBadTagException | NoEpochKeyException e) {
      return false;
    }
  }

  private static PairingRefusedException otherKey(String collection, boolean hasKeyring) {
    String name = Identifier.shown(collection);
    return new PairingRefusedException(
        Reason.OTHER_KEY,
        hasKeyring
            ? "the bundle's key for " + name + " is none that its keyring has for this device"
            : "the bundle has a key for "
                + name
                + ", and no keyring vouches for it: open the collection's keyring first");
  }

  @Override
  public String toString() {
    return "StarfishBundle[" + certificate + ", " + keys.size() + " keys]";
  }
}
