package dev.e2ee.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.format.Identifier;
import dev.e2ee.store.MalformedStoreException;
import java.nio.ByteBuffer;

/**
 * How every export begins: {@code testvectors/spec/store.md}, section 5.
 *
 * @param generation the highest in it, 1 or more
 * @param count of store keys in it, 1 to 256
 * @param storeId 16 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ExportHead(int generation, int count, byte[] storeId) {
  /** Its length in bytes. */
  static final int LENGTH = 30;

  /** Under a passphrase. */
  static final byte PASSPHRASE = 1;

  /** For a device. */
  static final byte DEVICE = 2;

  private static final int MAGIC = ByteBuffer.wrap("E2SK".getBytes(US_ASCII)).getInt();
  private static final byte VERSION = 1;
  private static final short FLAGS = 0;

  /**
   * A store name as it is bound.
   *
   * @throws IllegalArgumentException for another one
   */
  static byte[] bytesOf(String storeName) {
    // [store-24]
    return Identifier.check("store name", storeName).getBytes(UTF_8);
  }

  /**
   * Reads one.
   *
   * @param protection what the caller opens
   * @throws MalformedStoreException for anything else
   */
  static ExportHead read(ByteBuffer in, byte protection) throws MalformedStoreException {
    // [store-14]
    if (in.remaining() < LENGTH || in.getInt() != MAGIC) {
      throw new MalformedStoreException("not an export of a store's keys: another magic number");
    }
    if (in.get() != VERSION) {
      throw new MalformedStoreException("not an export known here: another version");
    }
    byte found = in.get();
    if (found != protection) {
      throw new MalformedStoreException(
          found == DEVICE
              ? "this export is for a device: import it with that device's identity"
              : found == PASSPHRASE
                  ? "this export is under a passphrase: import it with that"
                  : "not an export known here: another protection");
    }
    if (in.getShort() != FLAGS) {
      throw new MalformedStoreException("not an export known here: another flag");
    }
    int generation = in.getInt();
    int count = in.getShort() & 0xffff;
    if (generation < 1 || count < 1 || count > StoreSecrets.MAX_KEYS) {
      throw new MalformedStoreException("the export's generation or count is out of bounds");
    }
    byte[] storeId = new byte[StoreSecrets.STORE_ID];
    in.get(storeId);
    return new ExportHead(generation, count, storeId);
  }

  /** Writes that of a new one. */
  static ByteBuffer write(ByteBuffer out, StoreSecrets secrets, byte protection) {
    return out.putInt(MAGIC)
        .put(VERSION)
        .put(protection)
        .putShort(FLAGS)
        .putInt(secrets.current().generation())
        .putShort((short) secrets.count())
        .put(secrets.storeId());
  }

  /** The length of K, in bytes. */
  int keysLength() {
    return StoreSecrets.encodedLength(count);
  }
}
