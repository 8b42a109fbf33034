package dev.e2ee.internal.keyring;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.CollectionTrust.SeenEpoch;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is trusted and remembered of a collection, as it lies in a file: JSON of one device, not a
 * format between devices. Its digest tells a damaged file from a server's fork; who can write the
 * file can write another digest too.
 */
public final class TrustFile {
  private static final int VERSION = 1;
  private static final int MAX_LENGTH = 32 << 20;
  private static final String DIGEST = "sha256";

  /**
   * What a file says.
   *
   * @param collection whose it is
   * @param trust what is kept of it
   */
  public record Kept(String collection, CollectionTrust trust) {}

  private TrustFile() {}

  /** Writes one. */
  public static byte[] write(Engine engine, String collection, CollectionTrust trust) {
    Map<String, Json> epochs = new LinkedHashMap<>();
    trust.epochs().forEach((number, seen) -> epochs.put(Integer.toString(number), json(seen)));
    Json.Members content =
        new Json.Members(
            Map.of(
                "v", new Json.Numeral(VERSION),
                "collection", new Json.Text(collection),
                "signers", signers(trust),
                "epoch", new Json.Numeral(trust.epoch()),
                "revision", new Json.Numeral(trust.revision()),
                "head", text(trust.head()),
                "epochs", new Json.Members(epochs)));
    return CanonicalJson.of(content.with(DIGEST, new Json.Text(digest(engine, content))));
  }

  private static Json signers(CollectionTrust trust) {
    return new Json.Elements(
        trust.signers().stream().<Json>map(signer -> new Json.Text(signer.key())).toList());
  }

  private static Json json(SeenEpoch seen) {
    return new Json.Members(
        Map.of(
            "commitment",
            text(seen.commitment()),
            "fingerprint",
            text(seen.fingerprint()),
            "entries",
            text(seen.entries()),
            "recipients",
            new Json.Members(recipients(seen))));
  }

  private static Map<String, Json> recipients(SeenEpoch seen) {
    Map<String, Json> digests = new LinkedHashMap<>();
    seen.recipients().forEach((key, digest) -> digests.put(key.key(), new Json.Text(digest)));
    return digests;
  }

  private static Json text(Optional<String> text) {
    return text.<Json>map(Json.Text::new).orElse(Json.Word.NULL);
  }

  private static String digest(Engine engine, Json content) {
    return KeyText.of(engine.sha256(CanonicalJson.of(content)));
  }

  /**
   * Reads one.
   *
   * @throws KeyringFormatException for anything but what was written
   */
  public static Kept read(Engine engine, byte[] file) throws KeyringFormatException {
    Fields in = Fields.read("trust file", file, MAX_LENGTH);
    in.expectJust("v", "collection", "signers", "epoch", "revision", "head", "epochs", DIGEST);
    in.integer("v", VERSION, VERSION);
    if (!digest(engine, in.object().without(DIGEST)).equals(in.text(DIGEST))) {
      throw in.fault("it was changed or damaged");
    }
    SortedSet<Signer> signers = new TreeSet<>();
    for (Json key : in.list("signers")) {
      signers.add(in.signer("signer", key));
    }
    CollectionTrust trust =
        new CollectionTrust(
            signers,
            in.integer("epoch", 0, KeyringDocument.MAX_EPOCHS),
            in.integer("revision", 0, Head.MAX_PREVIOUS + 1),
            optionalDigest(in, "head"),
            readEpochs(in.fields("epochs")));
    return new Kept(in.identifier("collection"), trust);
  }

  private static SortedMap<Integer, SeenEpoch> readEpochs(Fields in) throws KeyringFormatException {
    SortedMap<Integer, SeenEpoch> epochs = new TreeMap<>();
    for (String name : in.object().members().keySet()) {
      int number = KeyringDocument.epochNumber(in, name);
      Fields seen = in.named(name);
      epochs.put(
          number,
          new SeenEpoch(
              optionalDigest(seen, "commitment"),
              optionalDigest(seen, "fingerprint"),
              optionalDigest(seen, "entries"),
              readRecipients(seen.fields("recipients"))));
    }
    return epochs;
  }

  private static SortedMap<Recipient, String> readRecipients(Fields in)
      throws KeyringFormatException {
    SortedMap<Recipient, String> recipients = new TreeMap<>();
    for (Map.Entry<String, Json> each : in.object().members().entrySet()) {
      Recipient recipient = in.recipient("recipient", new Json.Text(each.getKey()));
      recipients.put(recipient, in.digest("digest of an entry", each.getValue()));
    }
    return recipients;
  }

  private static Optional<String> optionalDigest(Fields in, String name)
      throws KeyringFormatException {
    return in.value(name) == Json.Word.NULL ? Optional.empty() : Optional.of(in.digest(name));
  }
}
