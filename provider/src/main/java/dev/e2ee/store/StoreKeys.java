package dev.e2ee.store;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.internal.store.DeviceExport;
import dev.e2ee.internal.store.PassphraseExport;
import dev.e2ee.internal.store.StoreSecrets;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.PassphraseBytes;
import java.util.List;
import javax.crypto.AEADBadTagException;

/**
 * The keys of a store: one for names, which stays for the store's life, and one for records of each
 * generation. {@code testvectors/spec/store.md}, section 2. Immutable; safe for use by many
 * threads; in this JVM's memory until {@link #close}.
 *
 * <p>Keep them as an export: for this device itself, whose own keys may be in custody ({@code
 * keys.exportKey("notes", device.publicKeys(), device)}), and under a passphrase for the day when
 * no device is left.
 */
public final class StoreKeys implements AutoCloseable {
  private final StoreSecrets secrets;

  private StoreKeys(StoreSecrets secrets) {
    this.secrets = secrets;
  }

  /** A new store, with generation 1, drawn with the JDK's randomness. */
  public static StoreKeys generate() {
    return new StoreKeys(StoreSecrets.generate(Engine.configured()));
  }

  /** A new store for this provider. */
  public static StoreKeys generate(E2eeProvider provider) {
    return new StoreKeys(StoreSecrets.generate(Engine.of(provider.engine())));
  }

  /**
   * The same store with a new generation, which seals from now on; the others open. Names stay.
   * Export the result to every device, then write records anew ({@link StoreCipher#reseal}), in any
   * order. Both are to be closed.
   *
   * @throws IllegalStateException when closed, or after 256 keys
   */
  public StoreKeys rotate() {
    return new StoreKeys(secrets.rotated());
  }

  /**
   * The keys of both, each once: after an import, or when two devices have rotated at once. All
   * three are to be closed.
   *
   * @param other of the same store
   * @throws IllegalArgumentException when it is another store's
   * @throws IllegalStateException when closed, or when they are more than 256
   */
  public StoreKeys merge(StoreKeys other) {
    return new StoreKeys(secrets.merged(other.secrets));
  }

  /**
   * The same store without the keys of one generation: what was sealed under them is not opened any
   * more, nor what somebody who was removed still writes with them. Seal the records of it anew
   * before. An older export brings them back, where it is {@linkplain #merge merged}. Both are to
   * be closed.
   *
   * @throws IllegalArgumentException for the generation that seals, and one that is not here
   * @throws IllegalStateException when closed
   */
  public StoreKeys without(int generation) {
    return new StoreKeys(secrets.without(generation));
  }

  /** A copy of the store's public id, 16 bytes, which stays for its life. */
  public byte[] storeId() {
    return secrets.storeId();
  }

  /** The generation that seals, 1 or more. */
  public int generation() {
    return secrets.current().generation();
  }

  /** The generations that are here, ascending. One is there twice after two rotations at once. */
  public List<Integer> generations() {
    return secrets.generations();
  }

  /**
   * Exports all keys under a passphrase, at the default cost: 64 MiB, 3 passes, 4 lanes. As strong
   * as the passphrase: whoever has the export guesses at that cost for each.
   *
   * @param storeName what the application calls this store, 1 to 1024 bytes of UTF-8, another one
   *     for each: the export imports under it only. It is not in the export
   * @param passphrase 1 to 1024 bytes of UTF-8 in NFC; stays the caller's, who wipes it
   * @throws IllegalArgumentException for another name or passphrase
   * @throws IllegalStateException when closed
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small for the cost
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile
   */
  public byte[] exportKey(String storeName, char[] passphrase) {
    return exportKey(storeName, passphrase, Argon2Cost.DEFAULT);
  }

  /** The same at another cost. */
  public byte[] exportKey(String storeName, char[] passphrase, Argon2Cost cost) {
    try (SecretBytes bytes = PassphraseBytes.of(passphrase)) { // [store-16]
      return new PassphraseExport(secrets.engine(), storeName).seal(secrets, bytes, cost);
    }
  }

  /**
   * Exports all keys for one device, signed by this one.
   *
   * @param storeName what the application calls this store, 1 to 1024 bytes of UTF-8, another one
   *     for each: the export imports under it only. It is not in the export
   * @param recipient known by a compared fingerprint, or from a registry; or this device itself
   * @param sender this device
   * @throws IllegalArgumentException for another name
   * @throws IllegalStateException when the keys or the identity were closed
   */
  public byte[] exportKey(String storeName, DevicePublicKeys recipient, DeviceIdentity sender) {
    return new DeviceExport(sender.publicKeys(), recipient, storeName).seal(secrets, sender.keys());
  }

  /**
   * Imports an export under a passphrase, with the configured engine.
   *
   * @param storeName which store is meant; from the application, never from where the export came:
   *     a server that keeps those of several stores could give another one's
   * @param minimumGeneration the last that is remembered, 1 when nothing is
   * @throws MalformedStoreException for bytes that are none, or a cost out of bounds; nothing was
   *     derived
   * @throws AEADBadTagException when passphrase, name and export do not belong together, or it is
   *     an older one
   * @throws IllegalArgumentException for what can be no name or passphrase
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small for the cost
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile
   */
  public static StoreKeys importKey(
      byte[] export, String storeName, char[] passphrase, int minimumGeneration)
      throws MalformedStoreException, AEADBadTagException {
    return importKey(export, storeName, passphrase, minimumGeneration, Engine.configured());
  }

  /** The same with the engine of a provider. */
  public static StoreKeys importKey(
      byte[] export,
      String storeName,
      char[] passphrase,
      int minimumGeneration,
      E2eeProvider provider)
      throws MalformedStoreException, AEADBadTagException {
    Engine engine = Engine.of(provider.engine());
    return importKey(export, storeName, passphrase, minimumGeneration, engine);
  }

  private static StoreKeys importKey(
      byte[] export, String storeName, char[] passphrase, int minimumGeneration, Engine engine)
      throws MalformedStoreException, AEADBadTagException {
    try (SecretBytes bytes = PassphraseBytes.of(passphrase)) { // [store-16]
      return newest(new PassphraseExport(engine, storeName).open(export, bytes), minimumGeneration);
    }
  }

  /**
   * Imports an export for this device, with its engine.
   *
   * @param storeName which store is meant; from the application, never from where the export came:
   *     a server that keeps those of several stores could give another one's
   * @param own this device
   * @param sender who has signed: from a registry or a compared fingerprint, never from the server
   *     that brought the export
   * @param minimumGeneration the last that is remembered, 1 when nothing is
   * @throws MalformedStoreException for bytes that are none
   * @throws AEADBadTagException for everything that is not authentic: altered, of another store,
   *     for another device, by another one; and for an older one
   * @throws IllegalArgumentException for what can be no name
   * @throws IllegalStateException when the identity was closed
   */
  public static StoreKeys importKey(
      byte[] export,
      String storeName,
      DeviceIdentity own,
      DevicePublicKeys sender,
      int minimumGeneration)
      throws MalformedStoreException, AEADBadTagException {
    DeviceExport opening = new DeviceExport(sender, own.publicKeys(), storeName);
    return newest(opening.open(export, own.keys()), minimumGeneration);
  }

  private static StoreKeys newest(StoreSecrets opened, int minimumGeneration)
      throws AEADBadTagException {
    int generation = opened.current().generation();
    // [store-22]
    if (generation < minimumGeneration) {
      opened.close();
      throw new AEADBadTagException(
          "this export is of generation "
              + generation
              + " of the store's keys, and "
              + minimumGeneration
              + " is remembered: an older one was put back");
    }
    return new StoreKeys(opened);
  }

  StoreSecrets secrets() {
    return secrets;
  }

  /** Wipes the keys; a second call does nothing. What works with them no longer does. */
  @Override
  public void close() {
    secrets.close();
  }

  /** The store's id and the generations; nothing of it is secret. */
  @Override
  public String toString() {
    return "StoreKeys[" + secrets + "]";
  }
}
