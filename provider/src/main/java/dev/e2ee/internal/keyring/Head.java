package dev.e2ee.internal.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The signed head of a keyring. {@code testvectors/spec/keyring.md}, section 5.
 *
 * @param collection whose keyring it is
 * @param epoch the current one
 * @param epochs what is signed of each epoch, by its number
 * @param previous digests of all earlier heads, the first one first
 * @param signer who signed it
 * @param signature base64 of 64 bytes
 */
public record Head(
    String collection,
    int epoch,
    SortedMap<Integer, SignedEpoch> epochs,
    List<String> previous,
    Signer signer,
    String signature) {
  static final int MAX_PREVIOUS = 4095;
  private static final int VERSION = 1;
  private static final byte[] LABEL = "e2ee-keyring-head-v1\n".getBytes(UTF_8);
  private static final String SIGNATURE = "signature";

  /**
   * What a head says of an epoch.
   *
   * @param commitment to its CEK, 64 hex digits
   * @param entries SHA-256 of the epoch's object, 64 hex digits
   */
  public record SignedEpoch(String commitment, String entries) {
    private Json json() {
      return new Json.Members(
          Map.of("commitment", new Json.Text(commitment), "entries", new Json.Text(entries)));
    }
  }

  /** Keeps collections of its own. */
  public Head {
    epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
    previous = List.copyOf(previous);
  }

  /** Reads one. */
  // [keyring-8]
  static Head read(Json value) throws KeyringFormatException {
    Fields in = Fields.of("keyring's head", value);
    in.expectJust("v", "collection", "epoch", "epochs", "previous", "signer", SIGNATURE);
    in.integer("v", VERSION, VERSION);
    in.base64(SIGNATURE, Signatures.LENGTH);
    return new Head(
        in.identifier("collection"),
        in.integer("epoch", 1, KeyringDocument.MAX_EPOCHS),
        readEpochs(in.fields("epochs")),
        readPrevious(in),
        in.signer("signer"),
        in.text(SIGNATURE));
  }

  private static SortedMap<Integer, SignedEpoch> readEpochs(Fields in)
      throws KeyringFormatException {
    SortedMap<Integer, SignedEpoch> epochs = new TreeMap<>();
    for (String name : in.object().members().keySet()) {
      int number = KeyringDocument.epochNumber(in, name);
      Fields signed = in.named(name);
      signed.expectJust("commitment", "entries");
      epochs.put(number, new SignedEpoch(signed.digest("commitment"), signed.digest("entries")));
    }
    return epochs;
  }

  private static List<String> readPrevious(Fields in) throws KeyringFormatException {
    List<String> previous = new ArrayList<>();
    List<Json> values = in.list("previous");
    if (values.size() > MAX_PREVIOUS) {
      throw in.fault("it has more than " + MAX_PREVIOUS + " previous heads");
    }
    for (Json value : values) {
      previous.add(in.digest("previous head", value));
    }
    return previous;
  }

  /** Signs one. */
  static Head sign(
      DeviceKeys signer,
      String collection,
      SortedMap<Integer, SignedEpoch> epochs,
      List<String> previous) {
    Signer by = new Signer(KeyText.of(signer.signing().publicKey()));
    Head unsigned = new Head(collection, epochs.lastKey(), epochs, previous, by, "");
    byte[] signature = signer.signing().sign(unsigned.signedText());
    return new Head(
        collection,
        unsigned.epoch,
        epochs,
        previous,
        by,
        Base64.getEncoder().encodeToString(signature));
  }

  Json.Members json() {
    return unsignedJson().with(SIGNATURE, new Json.Text(signature));
  }

  private Json.Members unsignedJson() {
    Map<String, Json> named = new LinkedHashMap<>();
    epochs.forEach((number, of) -> named.put(Integer.toString(number), of.json()));
    List<Json> digests = previous.stream().<Json>map(Json.Text::new).toList();
    return new Json.Members(
        Map.of(
            "v", new Json.Numeral(VERSION),
            "collection", new Json.Text(collection),
            "epoch", new Json.Numeral(epoch),
            "epochs", new Json.Members(named),
            "previous", new Json.Elements(digests),
            "signer", new Json.Text(signer.key())));
  }

  private byte[] signedText() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(LABEL);
    text.writeBytes(CanonicalJson.of(unsignedJson()));
    return text.toByteArray();
  }

  /** Whether its signer has signed it. */
  // [keyring-9]
  boolean isSigned(Engine engine) {
    try {
      return Signatures.verify(
          engine,
          Curve.ED25519,
          KeyText.bytes(signer.key()),
          signedText(),
          Base64.getDecoder().decode(signature));
    } catch (InvalidKeyException e) {
      throw new ProviderException("a signer's key that was checked is not valid", e);
    }
  }

  /** 1 for the first head of a collection. */
  public int revision() {
    return 1 + previous.size();
  }

  /** SHA-256 of its canonical JSON, signature and all, as 64 hex digits. */
  public String digest(Engine engine) {
    return KeyText.of(engine.sha256(CanonicalJson.of(json())));
  }
}
