package dev.e2ee.internal.keyring;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One epoch of a keyring: the wraps of its CEK. {@code testvectors/spec/keyring.md}, section 3.
 *
 * @param number 1 for the first
 * @param entries in their order
 * @param object as it stands in the keyring, with members that are not known here
 */
public record Epoch(int number, List<Entry> entries, Json.Members object) {
  static final int MAX_ENTRIES = 10_000;
  private static final String ENTRIES = "wrappedKeys";

  /** Keeps a list of its own. */
  public Epoch {
    entries = List.copyOf(entries);
  }

  /**
   * Reads one.
   *
   * @param adders of all epochs
   */
  static Epoch read(int number, Fields in, Map<String, Signer> adders)
      throws KeyringFormatException {
    in.seconds("createdAt");
    List<Json> values = in.list(ENTRIES);
    if (values.isEmpty() || values.size() > MAX_ENTRIES) {
      throw in.fault("it has " + values.size() + " entries; 1 to " + MAX_ENTRIES + " are possible");
    }
    List<Entry> entries = new ArrayList<>();
    for (Json value : values) {
      entries.add(Entry.read(value, adders));
    }
    return new Epoch(number, entries, in.object());
  }

  /** A new one. */
  static Epoch of(int number, List<Entry> entries, long createdAt) {
    Json.Elements array = new Json.Elements(entries.stream().map(Entry::json).toList());
    return new Epoch(
        number,
        entries,
        new Json.Members(Map.of(ENTRIES, array, "createdAt", new Json.Numeral(createdAt))));
  }

  /** This one with one entry more. */
  Epoch with(Entry entry) {
    List<Entry> more = new ArrayList<>(entries);
    more.add(entry);
    List<Json> values = new ArrayList<>();
    if (object.get(ENTRIES) instanceof Json.Elements array) {
      values.addAll(array.elements());
    }
    values.add(entry.json());
    return new Epoch(number, more, object.with(ENTRIES, new Json.Elements(values)));
  }

  /** SHA-256 of its canonical JSON, as 64 hex digits. */
  String digest(Engine engine) {
    return KeyText.of(engine.sha256(CanonicalJson.of(object)));
  }

  /** Of each recipient of these adders the digest of its entry, of the first one of several. */
  SortedMap<Recipient, String> digests(Engine engine, Set<Signer> adders) {
    SortedMap<Recipient, String> digests = new TreeMap<>();
    for (Entry entry : entries) {
      if (adders.contains(entry.adder())) {
        digests.computeIfAbsent(entry.recipient(), first -> entry.digest(engine));
      }
    }
    return digests;
  }

  /** The entries for a recipient: none, one, or more in one that nobody should have made. */
  List<Entry> entriesFor(Recipient recipient) {
    return entries.stream().filter(entry -> entry.recipient().equals(recipient)).toList();
  }

  /** For whom there are entries. */
  Set<Recipient> recipients() {
    return entries.stream().map(Entry::recipient).collect(Collectors.toSet());
  }

  /** Whether there is an entry for a recipient. */
  boolean has(Recipient recipient) {
    return !entriesFor(recipient).isEmpty();
  }
}
