package dev.e2ee.internal.store;

import dev.e2ee.internal.format.Bound;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;

/**
 * The name key and the store keys of a store: {@code testvectors/spec/store.md}, section 2, and
 * their encoding K of section 5. Immutable; safe for use by many threads.
 */
public final class StoreSecrets implements AutoCloseable {
  /** The length of each key in bytes. */
  static final int KEY = 32;

  /** The length of a store's id in bytes. */
  static final int STORE_ID = 16;

  /** The most store keys. */
  static final int MAX_KEYS = 256;

  private static final int ENTRY = 4 + KEY;

  private static final Comparator<Entry> ASCENDING =
      Comparator.comparingInt(Entry::generation).thenComparing(entry -> entry.id().toString());

  /**
   * One store key.
   *
   * @param generation 1 or more
   * @param id what the key gives in this store
   * @param key 32 bytes
   */
  public record Entry(int generation, KeyId id, SecretBytes key) {
    private Entry copied() {
      return new Entry(generation, id, copyOf(key));
    }
  }

  private final Engine engine;
  private final SecretBytes nameKey;
  private final byte[] storeId;
  private final List<Entry> entries;

  /** Takes over the keys; the entries ascend. */
  private StoreSecrets(
      Engine engine, SecretBytes nameKey, byte[] storeId, Collection<Entry> entries) {
    this.engine = engine;
    this.nameKey = nameKey;
    this.storeId = storeId;
    this.entries = List.copyOf(entries);
  }

  private static SecretBytes copyOf(SecretBytes secret) {
    return SecretBytes.adopt(secret.copy());
  }

  private static byte[] storeIdOf(Engine engine, SecretBytes nameKey) {
    return Hkdf.expand(engine, nameKey, new Bound("e2ee-store-id-v1").bytes(), STORE_ID);
  }

  private static Entry entry(Engine engine, byte[] storeId, int generation, SecretBytes key) {
    byte[] info = new Bound("e2ee-store-key-id-v1").raw(storeId).bytes();
    return new Entry(generation, KeyId.of(Hkdf.expand(engine, key, info, KeyId.LENGTH)), key);
  }

  private static Entry drawn(Engine engine, byte[] storeId, int generation) {
    // [store-1]
    return entry(engine, storeId, generation, SecretBytes.adopt(engine.random(KEY)));
  }

  /** A new store, with generation 1. */
  public static StoreSecrets generate(Engine engine) {
    // [store-1]
    SecretBytes nameKey = SecretBytes.adopt(engine.random(KEY));
    byte[] storeId = storeIdOf(engine, nameKey);
    return new StoreSecrets(engine, nameKey, storeId, List.of(drawn(engine, storeId, 1)));
  }

  /**
   * The same store with one more generation; both are to be closed.
   *
   * @throws IllegalStateException when closed, or when no generation or place is left
   */
  public StoreSecrets rotated() {
    int generation = current().generation();
    if (generation == Integer.MAX_VALUE) {
      throw new IllegalStateException("this store has no generation left; begin another store");
    }
    // [store-2]
    return with(Stream.of(drawn(engine, storeId, generation + 1)));
  }

  /**
   * The keys of both; each is to be closed.
   *
   * @throws IllegalArgumentException when the other is not of this store
   * @throws IllegalStateException when closed, or they are more than 256
   */
  public StoreSecrets merged(StoreSecrets other) {
    // [store-23]
    if (!nameKey.sameBytes(other.nameKey)) {
      throw new IllegalArgumentException(
          "these are the keys of two stores, which are not brought together; keep them apart");
    }
    return with(
        other.entries.stream()
            .filter(entry -> find(entry.generation(), entry.id()).isEmpty())
            .map(Entry::copied));
  }

  /**
   * The same without the keys of one generation; both are to be closed.
   *
   * @throws IllegalArgumentException for the current generation, and one that is not here
   * @throws IllegalStateException when closed
   */
  public StoreSecrets without(int generation) {
    if (generation == current().generation() || !generations().contains(generation)) {
      throw new IllegalArgumentException(
          "generation "
              + generation
              + " is not one of those that only open: the store has "
              + generations());
    }
    List<Entry> rest =
        entries.stream().filter(e -> e.generation() != generation).map(Entry::copied).toList();
    return new StoreSecrets(engine, copyOf(nameKey), storeId, rest);
  }

  private StoreSecrets with(Stream<Entry> more) {
    TreeSet<Entry> all = new TreeSet<>(ASCENDING);
    entries.forEach(entry -> all.add(entry.copied()));
    more.forEach(all::add);
    if (all.size() > MAX_KEYS) {
      all.forEach(entry -> entry.key().close());
      throw new IllegalStateException(
          "a store has at most " + MAX_KEYS + " keys; begin another store");
    }
    return new StoreSecrets(engine, copyOf(nameKey), storeId, all);
  }

  /** What computes with them. */
  public Engine engine() {
    return engine;
  }

  /** The key of names, 32 bytes. */
  SecretBytes nameKey() {
    return nameKey;
  }

  /** A copy of the store's public id, 16 bytes. */
  public byte[] storeId() {
    return storeId.clone();
  }

  /** The generations that are here, ascending; one may be there twice. */
  public List<Integer> generations() {
    return entries.stream().map(Entry::generation).toList();
  }

  /** The key that seals. */
  public Entry current() {
    // [store-2]
    int highest = entries.get(entries.size() - 1).generation();
    return entries.stream().filter(e -> e.generation() == highest).findFirst().orElseThrow();
  }

  /** The one key that a record names. */
  public Optional<Entry> find(int generation, KeyId id) {
    // [store-6]
    return entries.stream()
        .filter(e -> e.generation() == generation && e.id().equals(id))
        .findFirst();
  }

  int count() {
    return entries.size();
  }

  /** The length of K with so many keys, in bytes. */
  static int encodedLength(int count) {
    return KEY + count * ENTRY;
  }

  /** K, which the caller wipes. */
  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(encodedLength(entries.size()));
    put(out, nameKey);
    for (Entry entry : entries) {
      put(out.putInt(entry.generation()), entry.key());
    }
    return out.array();
  }

  private static void put(ByteBuffer out, SecretBytes secret) {
    byte[] bytes = secret.copy();
    out.put(bytes);
    Arrays.fill(bytes, (byte) 0);
  }

  /**
   * Reads K, which stays the caller's.
   *
   * @param storeId that must come of it
   * @param generation the highest in it
   * @throws AEADBadTagException when they do not, or the keys are not in order
   */
  static StoreSecrets decode(Engine engine, byte[] encoded, byte[] storeId, int generation)
      throws AEADBadTagException {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    SecretBytes nameKey = taken(in);
    TreeSet<Entry> entries = new TreeSet<>(ASCENDING);
    // [store-20]
    boolean right = MessageDigest.isEqual(storeId, storeIdOf(engine, nameKey));
    while (in.hasRemaining()) {
      Entry entry = entry(engine, storeId, in.getInt(), taken(in));
      right &= entry.generation() >= 1;
      right &= entries.isEmpty() || ASCENDING.compare(entries.last(), entry) < 0;
      if (!entries.add(entry)) {
        entry.key().close();
      }
    }
    StoreSecrets secrets = new StoreSecrets(engine, nameKey, storeId, entries);
    if (!right || secrets.current().generation() != generation) {
      secrets.close();
      throw new AEADBadTagException("not the keys that its head promises");
    }
    return secrets;
  }

  private static SecretBytes taken(ByteBuffer in) {
    byte[] bytes = new byte[KEY];
    in.get(bytes);
    return SecretBytes.adopt(bytes);
  }

  /** Wipes the keys, and what the engine's idle ciphers keep of the last record's. */
  @Override
  public void close() {
    nameKey.close();
    entries.forEach(entry -> entry.key().close());
    engine.wipe();
  }

  /** The public id and the generations. */
  @Override
  public String toString() {
    return "store " + KeyId.of(storeId) + ", generations " + generations();
  }
}
