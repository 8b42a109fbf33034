package dev.e2ee.store;

import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.store.NameCore;
import dev.e2ee.internal.store.RecordCore;
import dev.e2ee.internal.store.RecordMessage;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Seals and opens the records of a store that names them by a path, and encrypts the paths so that
 * they can be looked up. {@code testvectors/spec/store.md}. Safe for use by many threads, as long
 * as its {@link StoreKeys} are open.
 *
 * <p>Each write has a key and a nonce of its own, derived from the store's key, the path and 32
 * random bytes: writing a record anew repeats nothing. A record is bound to its store, its path and
 * its revision. What a server still sees, section 1 of the specification says: which name was
 * written when, its length in steps of 16 bytes, and the length of the content.
 */
public final class StoreCipher {
  /** The most bytes of a record; what is longer is for an {@code Envelope}. */
  public static final int MAX_CONTENT = RecordMessage.MAX_CONTENT;

  private final RecordCore records;
  private final NameCore names;

  private StoreCipher(StoreKeys keys) {
    this.records = new RecordCore(keys.secrets());
    this.names = new NameCore(keys.secrets());
  }

  /** With these keys, which stay the caller's, and their engine. */
  public static StoreCipher with(StoreKeys keys) {
    return new StoreCipher(keys);
  }

  /**
   * What a record says of itself. It is authenticated only once the record is opened.
   *
   * @param generation of the key that sealed it
   * @param revision what its writer counted
   * @param padded whether its length was padded
   */
  public record Info(int generation, long revision, boolean padded) {}

  /**
   * Seals one write of a record.
   *
   * @param path 1 to 1024 bytes of UTF-8, not normalised
   * @param revision counted by the application, so that an older write can be told; 0 when it does
   *     not count
   * @param content up to 16 MiB; stays the caller's
   * @return 116 bytes more
   * @throws IllegalArgumentException for another path, a negative revision, or more bytes
   * @throws IllegalStateException when the keys were closed
   */
  public byte[] seal(String path, long revision, byte[] content) {
    return seal(path, revision, content, false);
  }

  /**
   * The same with a length that tells less: up to 252 bytes one length, then steps of at most a
   * sixteenth.
   */
  public byte[] sealPadded(String path, long revision, byte[] content) {
    return seal(path, revision, content, true);
  }

  private byte[] seal(String path, long revision, byte[] content, boolean padded) {
    if (revision < 0) {
      throw new IllegalArgumentException("a revision is 0 or more, not " + revision);
    }
    if (content.length > MAX_CONTENT) {
      throw new IllegalArgumentException(
          "a record has at most 16 MiB, not "
              + content.length
              + " bytes; seal what is longer with Envelope");
    }
    return records.seal(checked(path), revision, content, padded);
  }

  private static String checked(String path) {
    // [store-4]
    return Identifier.check("path", path);
  }

  /**
   * Opens a record, whatever its revision: it may be an old one that was put back.
   *
   * @param path that it was sealed for
   * @throws MalformedStoreException for bytes that are no record; nothing was derived
   * @throws NoStoreKeyException when the key of its generation is not here; nothing was derived
   * @throws AEADBadTagException when it is not authentic, or of another path or store
   * @throws IllegalArgumentException for what can be no path
   * @throws IllegalStateException when the keys were closed
   */
  public StoreRecord open(String path, byte[] record)
      throws MalformedStoreException, NoStoreKeyException, AEADBadTagException {
    return open(path, record, 0);
  }

  /**
   * Opens a record that is not older than what is remembered.
   *
   * @param minimumRevision the least to accept
   * @throws AEADBadTagException for an older one too
   */
  public StoreRecord open(String path, byte[] record, long minimumRevision)
      throws MalformedStoreException, NoStoreKeyException, AEADBadTagException {
    return open(path, record, minimumRevision, 1);
  }

  /**
   * The same, and sealed under a generation that is not lower than this one: after a rotation
   * because somebody was removed, who still has the older keys and can seal under them with any
   * revision. Seal the other records anew first, by a device that opens them without this.
   *
   * @param minimumGeneration the least to accept
   * @throws AEADBadTagException for a lower one too
   */
  public StoreRecord open(String path, byte[] record, long minimumRevision, int minimumGeneration)
      throws MalformedStoreException, NoStoreKeyException, AEADBadTagException {
    checked(path);
    RecordMessage message = RecordMessage.parse(record);
    StoreRecord opened =
        new StoreRecord(records.open(message, path), message.revision(), message.generation());
    // [store-10]
    if (opened.revision() < minimumRevision) {
      throw refused(
          opened,
          "this record has the revision "
              + opened.revision()
              + ", and "
              + minimumRevision
              + " is remembered: an older one was put back");
    }
    // [store-25]
    if (opened.generation() < minimumGeneration) {
      throw refused(
          opened,
          "this record is sealed under generation "
              + opened.generation()
              + " of the store's keys, and "
              + minimumGeneration
              + " is the lowest that is allowed: somebody who was removed may have written it");
    }
    return opened;
  }

  private static AEADBadTagException refused(StoreRecord opened, String why) {
    Arrays.fill(opened.content(), (byte) 0);
    return new AEADBadTagException(why);
  }

  /**
   * The same record under the current key: another write, with its revision, content and padding.
   *
   * @throws MalformedStoreException as {@link #open(String, byte[])}
   * @throws NoStoreKeyException as {@link #open(String, byte[])}
   * @throws AEADBadTagException as {@link #open(String, byte[])}
   */
  public byte[] reseal(String path, byte[] record)
      throws MalformedStoreException, NoStoreKeyException, AEADBadTagException {
    StoreRecord opened = open(path, record);
    try {
      return seal(path, opened.revision(), opened.content(), inspect(record).padded());
    } finally {
      Arrays.fill(opened.content(), (byte) 0);
    }
  }

  /**
   * The encrypted name of a path: the same each time, in every generation, of this store only. 52
   * to 1690 digits and lower-case letters, so that it serves as a file name and in a URL; 52 for
   * paths of up to 15 bytes.
   *
   * @param path 1 to 1024 bytes of UTF-8, not normalised, encrypted as a whole
   * @throws IllegalArgumentException for another path
   * @throws IllegalStateException when the keys were closed
   */
  public String name(String path) {
    return names.name(checked(path));
  }

  /**
   * The path of an encrypted name.
   *
   * @throws MalformedStoreException for a text that is no name; nothing was derived
   * @throws AEADBadTagException when it is not authentic, or another store's
   * @throws IllegalStateException when the keys were closed
   */
  public String path(String name) throws MalformedStoreException, AEADBadTagException {
    return names.path(name);
  }

  /**
   * What a record says of itself, without a key; nothing of it is verified.
   *
   * @throws MalformedStoreException for bytes that are no record
   */
  public static Info inspect(byte[] record) throws MalformedStoreException {
    RecordMessage message = RecordMessage.parse(record);
    return new Info(message.generation(), message.revision(), message.padded());
  }
}
